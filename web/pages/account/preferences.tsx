import { Radio, Stack, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language, setLanguage } from '../../locales/start.ts';
import { SCHEMES } from '../../ui/color-schemes.ts';

/** Language and theme, stored in this browser. */
export function Preferences() {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t('common.language')}
        description={t('account.keptHere')}
        value={i18n.language}
        onChange={(code) => void setLanguage(code as Language)}
      >
        <Stack gap="xs" mt="xs">
          {Object.entries(LANGUAGES).map(([code, label]) => (
            <Radio key={code} value={code} label={label} lang={code} />
          ))}
        </Stack>
      </Radio.Group>
      <Radio.Group
        label={t('common.theme')}
        value={colorScheme}
        onChange={(scheme) => setColorScheme(scheme as keyof typeof SCHEMES)}
      >
        <Stack gap="xs" mt="xs">
          {Object.entries(SCHEMES).map(([scheme, key]) => (
            <Radio key={scheme} value={scheme} label={t(key)} />
          ))}
        </Stack>
      </Radio.Group>
    </Stack>
  );
}

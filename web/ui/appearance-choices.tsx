import { Menu, useMantineColorScheme } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language, setLanguage } from '../locales/start.ts';
import { SCHEMES } from './color-schemes.ts';

/** Menu items for the languages. */
export function LanguageChoices() {
  const { i18n } = useTranslation();
  return (
    <Menu.RadioGroup value={i18n.language} onChange={(code) => void setLanguage(code as Language)}>
      {Object.entries(LANGUAGES).map(([code, label]) => (
        <Menu.RadioItem key={code} value={code} lang={code}>
          {label}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

/** Menu items for the themes. */
export function SchemeChoices() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu.RadioGroup
      value={colorScheme}
      onChange={(scheme) => setColorScheme(scheme as keyof typeof SCHEMES)}
    >
      {Object.entries(SCHEMES).map(([scheme, key]) => (
        <Menu.RadioItem key={scheme} value={scheme}>
          {t(key)}
        </Menu.RadioItem>
      ))}
    </Menu.RadioGroup>
  );
}

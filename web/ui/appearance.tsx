import { ActionIcon, Button, Group, Menu, useMantineColorScheme } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun, IconSunMoon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { LANGUAGES, type Language } from '../locales/start.ts';
import { LanguageChoices, SchemeChoices } from './appearance-choices.tsx';
import { SCHEMES } from './color-schemes.ts';

const SCHEME_ICONS = { auto: IconSunMoon, light: IconSun, dark: IconMoon };

/** Language and theme, for a screen before the sign-in. */
export function Appearance() {
  return (
    <Group gap={4} wrap="nowrap">
      <LanguageMenu />
      <SchemeMenu />
    </Group>
  );
}

function LanguageMenu() {
  const { t, i18n } = useTranslation();
  const name = LANGUAGES[i18n.language as Language] ?? LANGUAGES.en;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconLanguage size={16} />}
          aria-label={`${t('common.language')}: ${name}`}
        >
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageChoices />
      </Menu.Dropdown>
    </Menu>
  );
}

function SchemeMenu() {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const Icon = SCHEME_ICONS[colorScheme];
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${t('common.theme')}: ${t(SCHEMES[colorScheme])}`}
        >
          <Icon size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <SchemeChoices />
      </Menu.Dropdown>
    </Menu>
  );
}

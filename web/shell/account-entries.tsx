import { Menu, type MenuItemProps, useMantineColorScheme } from '@mantine/core';
import { IconApi, IconLogout, IconUser } from '@tabler/icons-react';
import { createLink, useNavigate } from '@tanstack/react-router';
import { type ComponentPropsWithRef, forwardRef } from 'react';
import { useTranslation } from 'react-i18next';
import { signOut } from '../api/session.ts';
import { LANGUAGES, type Language, setLanguage } from '../locales/start.ts';
import { API_REFERENCE, paths } from '../paths.ts';
import { SCHEMES } from '../ui/color-schemes.ts';
import type { PressedMenuProps } from '../ui/menu-on-press.tsx';
import { PressedMenu } from '../ui/pressed-menu.tsx';
import { dropAllStates } from '../upload/resume-store.ts';

type Look = MenuItemProps & Omit<ComponentPropsWithRef<'a'>, keyof MenuItemProps>;
const LinkItem = createLink(
  forwardRef<HTMLAnchorElement, Look>((props, ref) => (
    <Menu.Item ref={ref} component="a" {...props} />
  )),
);

/** What people set for themselves: language, theme, sign out. */
export default function AccountEntries({ target }: PressedMenuProps) {
  const { t, i18n } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut();
    dropAllStates();
    await navigate(paths.signIn());
  };
  return (
    <PressedMenu target={target} width={220}>
      <LinkItem {...paths.account()} leftSection={<IconUser size={16} />}>
        {t('common.account')}
      </LinkItem>
      <Menu.Item component="a" href={API_REFERENCE} leftSection={<IconApi size={16} />}>
        {t('common.apiReference')}
      </Menu.Item>
      <Menu.Label>{t('common.language')}</Menu.Label>
      <Menu.RadioGroup
        value={i18n.language}
        onChange={(code) => void setLanguage(code as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, label]) => (
          <Menu.RadioItem key={code} value={code} lang={code}>
            {label}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
      <Menu.Label>{t('common.theme')}</Menu.Label>
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
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
        {t('common.signOut')}
      </Menu.Item>
    </PressedMenu>
  );
}

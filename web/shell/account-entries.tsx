import { Menu, type MenuItemProps } from '@mantine/core';
import { IconApi, IconLogout, IconUser } from '@tabler/icons-react';
import { createLink, useNavigate } from '@tanstack/react-router';
import { type ComponentPropsWithRef, forwardRef } from 'react';
import { useTranslation } from 'react-i18next';
import { VERSION } from '../../src/version.ts';
import { signOut } from '../api/session.ts';
import { API_REFERENCE, paths } from '../paths.ts';
import { LanguageChoices, SchemeChoices } from '../ui/appearance-choices.tsx';
import type { OpenMenuProps } from '../ui/menu/menu-button.tsx';
import { OpenMenu } from '../ui/menu/open-menu.tsx';
import { dropAllStates } from '../upload/resume-store.ts';

type Look = MenuItemProps & Omit<ComponentPropsWithRef<'a'>, keyof MenuItemProps>;
const LinkItem = createLink(
  forwardRef<HTMLAnchorElement, Look>((props, ref) => (
    <Menu.Item ref={ref} component="a" {...props} />
  )),
);

/** The account menu: account, language, theme, sign out. */
export function AccountEntries({ target }: OpenMenuProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut();
    dropAllStates();
    await navigate(paths.signIn());
  };
  return (
    <OpenMenu target={target} width={220}>
      <LinkItem {...paths.account()} leftSection={<IconUser size={16} />}>
        {t('common.account')}
      </LinkItem>
      <Menu.Item component="a" href={API_REFERENCE} leftSection={<IconApi size={16} />}>
        {t('common.apiReference')}
      </Menu.Item>
      <Menu.Label>{t('common.language')}</Menu.Label>
      <LanguageChoices />
      <Menu.Label>{t('common.theme')}</Menu.Label>
      <SchemeChoices />
      <Menu.Divider />
      <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
        {t('common.signOut')}
      </Menu.Item>
      <Menu.Label ta="end">Orlop {VERSION}</Menu.Label>
    </OpenMenu>
  );
}

import { Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../api/session.ts';
import { PasswordForm } from '../../forms/accounts/password.tsx';
import { paths } from '../../paths.ts';
import { notify } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Preferences } from './preferences.tsx';
import { SessionsTab } from './sessions-tab.tsx';
import { TokensTab } from './tokens-tab.tsx';

const route = getRouteApi('/signed-in/account');

/** A user's own password, sessions, tokens and preferences. */
export function AccountScreen() {
  const { t } = useTranslation();
  const { name } = useMe();
  const navigate = useNavigate();
  const { tab = 'password' } = route.useSearch();
  return (
    <>
      <PageHeader title={t('common.account')} text={t('account.signedInAs', { name })} />
      <Tabs
        value={tab}
        onChange={(next) =>
          void navigate({ ...paths.account({ tab: next as typeof tab }), replace: true })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="password">{t('session.password')}</Tabs.Tab>
          <Tabs.Tab value="sessions">{t('account.sessions')}</Tabs.Tab>
          <Tabs.Tab value="tokens">{t('tokens.title')}</Tabs.Tab>
          <Tabs.Tab value="preferences">{t('account.preferences')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="password">
          <PasswordForm onDone={() => notify(t('account.passwordSet'))} />
        </Tabs.Panel>
        <Tabs.Panel value="sessions">
          <SessionsTab />
        </Tabs.Panel>
        <Tabs.Panel value="tokens">
          <TokensTab />
        </Tabs.Panel>
        <Tabs.Panel value="preferences">
          <Preferences />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

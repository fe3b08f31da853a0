import { Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type DockerLogin, endDockerLogin, ownDockerLoginsQuery } from '../../api/account.ts';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { PagedTable } from '../paged-table.tsx';
import { EndButton } from './end-button.tsx';
import { SignInPlace } from './sign-in-place.tsx';

/** The docker logins that the signed-in user made with the password. */
export function DockerLogins() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(ownDockerLoginsQuery);
  const columns = useColumns();
  return (
    <section>
      <Title order={2} size="h4" mt="xl" mb={4}>
        {t('account.logins')}
      </Title>
      <Text c="dimmed" maw={640} mb="sm">
        {t('account.loginsText')}
      </Text>
      <PagedTable
        list={list}
        label={t('account.logins')}
        columns={columns}
        rowId={({ id }) => String(id)}
        empty={<Text>{t('account.noLogins')}</Text>}
      />
    </section>
  );
}

function useColumns(): Column<DockerLogin>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'client',
      header: t('account.where'),
      cell: ({ userAgent, address }) => <SignInPlace userAgent={userAgent} address={address} />,
    },
    {
      id: 'since',
      header: t('account.since'),
      cell: ({ createdAt }) => <Time value={createdAt} />,
      width: 160,
      from: 'sm',
    },
    {
      id: 'used',
      header: t('tokens.lastUsed'),
      cell: ({ lastUsedAt }) => <Time value={lastUsedAt} />,
      width: 160,
    },
    {
      id: 'expires',
      header: t('tokens.expires'),
      cell: ({ expiresAt }) => <Time value={expiresAt} />,
      width: 160,
      from: 'md',
    },
    {
      id: 'end',
      header: t('account.endLogin'),
      hidesHeader: true,
      cell: (login) => (
        <EndButton
          label={t('account.endLogin')}
          userAgent={login.userAgent}
          end={() => endDockerLogin(login.id)}
          ended={(name) => t('account.loginEnded', { name })}
        />
      ),
      width: 110,
      align: 'right',
    },
  ];
}

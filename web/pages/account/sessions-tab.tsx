import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  type AccountSession,
  endOtherSessions,
  endSession,
  sessionsQuery,
} from '../../api/account.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { notify, notifyError } from '../../ui/notices.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { PagedTable } from '../paged-table.tsx';
import { DockerLogins } from './docker-logins.tsx';
import { EndButton } from './end-button.tsx';
import { SignInPlace } from './sign-in-place.tsx';

/** The sessions and docker logins of the signed-in user. */
export function SessionsTab() {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const list = useInfiniteQuery(sessionsQuery);
  const columns = useColumns();
  const ending = useMutation({
    mutationFn: endOtherSessions,
    onSuccess: () => notify(t('account.othersEnded')),
    onError: (error) => notifyError(message(error)),
  });
  const hasOthers = (list.data ?? []).some(({ current }) => !current);
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed" maw={640}>
          {t('account.sessionsText')}
        </Text>
        <Button
          variant="default"
          disabled={!hasOthers}
          loading={ending.isPending}
          onClick={() => ending.mutate()}
        >
          {t('account.endOthers')}
        </Button>
      </Group>
      <PagedTable
        list={list}
        label={t('account.sessions')}
        columns={columns}
        rowId={({ id }) => String(id)}
        empty={null}
      />
      <DockerLogins />
    </>
  );
}

function useColumns(): Column<AccountSession>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'where',
      header: t('account.where'),
      cell: ({ userAgent, current, address }) => (
        <SignInPlace userAgent={userAgent} address={address} isCurrent={current} />
      ),
    },
    {
      id: 'since',
      header: t('account.since'),
      cell: ({ createdAt }) => <Time value={createdAt} />,
      width: 160,
      from: 'sm',
    },
    {
      id: 'seen',
      header: t('account.lastSeen'),
      cell: ({ lastSeenAt }) => <Time value={lastSeenAt} />,
      width: 160,
    },
    {
      id: 'end',
      header: t('account.end'),
      hidesHeader: true,
      cell: (session) =>
        !session.current && (
          <EndButton
            label={t('account.end')}
            userAgent={session.userAgent}
            end={() => endSession(session.id)}
            ended={(name) => t('account.ended', { name })}
          />
        ),
      width: 110,
      align: 'right',
    },
  ];
}

import { Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isMissing } from '../../api/error.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { userQuery } from '../../api/users.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { Missing } from '../../ui/missing.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { UserActions } from './actions.tsx';
import { UserBadges } from './badges.tsx';
import { Memberships } from './memberships.tsx';

const route = getRouteApi('/signed-in/admin/users/$userId');

/** A user: their memberships, and the actions of a cloud admin. */
export function UserScreen() {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const id = Number(route.useParams().userId);
  const { data: user, error, refetch } = useQuery(userQuery(id));
  if (isMissing(error)) return <Missing />;
  if (error && !user) {
    return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  }
  return (
    <>
      <PageHeader
        title={user?.name ?? t('common.loading')}
        text={user && <UserBadges user={user} />}
      >
        {user && <UserActions user={user} />}
      </PageHeader>
      {user ? (
        <Memberships user={user} />
      ) : (
        <Stack aria-hidden>
          <Skeleton height={200} />
        </Stack>
      )}
    </>
  );
}

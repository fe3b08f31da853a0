import { Button, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type User, usersQuery } from '../../api/users.ts';
import { CreateUser } from '../../forms/accounts/create-user.tsx';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton, TextLink } from '../../ui/link.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { PagedTable } from '../paged-table.tsx';
import { UserBadges } from '../user/badges.tsx';

const route = getRouteApi('/signed-in/admin/users');

/** All users of the platform. */
export function UsersScreen() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { q = '' } = route.useSearch();
  const list = useInfiniteQuery(usersQuery(q));
  const columns = useColumns();
  const creation = useDialog<true>();
  const search = (text: string) =>
    void navigate({ ...paths.users({ q: text || undefined }), replace: true });
  return (
    <>
      <PageHeader title={t('common.users')} text={t('users.text')}>
        <Button onClick={() => creation.open(true)}>{t('users.create')}</Button>
      </PageHeader>
      <Group mb="md">
        <SearchField label={t('users.search')} value={q} onChange={search} />
      </Group>
      <PagedTable
        list={list}
        label={t('common.users')}
        columns={columns}
        rowId={({ name }) => name}
        empty={
          <EmptyState title={t('users.noneFound', { q })} text={t('users.noneFoundText')}>
            <LinkButton variant="default" {...paths.users()}>
              {t('common.clearSearch')}
            </LinkButton>
          </EmptyState>
        }
      />
      <CreateUser {...creation.props} />
    </>
  );
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      header: t('users.name'),
      cell: ({ id, name }) => (
        <TextLink {...paths.user(id)} fw={500}>
          {name}
        </TextLink>
      ),
    },
    {
      id: 'state',
      header: t('users.state'),
      cell: (user) => <UserBadges user={user} />,
      width: 240,
    },
    {
      id: 'created',
      header: t('common.createdAt'),
      cell: ({ createdAt }) => <Time value={createdAt} />,
      width: 160,
      from: 'sm',
    },
  ];
}

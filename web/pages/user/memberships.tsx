import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UserView } from '../../api/users.ts';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { LinkButton, TextLink } from '../../ui/link.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import type { Column } from '../../ui/table/column.ts';
import { DataTable } from '../../ui/table/data-table.tsx';
import { Time } from '../../ui/time.tsx';

type Membership = UserView['memberships'][number];

/** The projects that a user is a member of. */
export function Memberships({ user }: { readonly user: UserView }) {
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <>
      <Title order={2} size="h4" mb="xs">
        {t('users.memberships')}
      </Title>
      <DataTable
        label={t('users.memberships')}
        columns={columns}
        rows={user.memberships}
        rowId={({ project }) => String(project.id)}
        empty={
          <EmptyState title={t('users.noMemberships')} text={t('users.noMembershipsText')}>
            <LinkButton {...paths.projects()}>{t('push.toProjects')}</LinkButton>
          </EmptyState>
        }
      />
    </>
  );
}

function useColumns(): Column<Membership>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'project',
      header: t('push.project'),
      cell: ({ project }) => (
        <TextLink {...paths.project(project.id)} fw={500}>
          <ForeignText text={project.name} isBrief />
        </TextLink>
      ),
    },
    {
      id: 'department',
      header: t('projects.department'),
      cell: ({ department }) => department.name,
      from: 'sm',
    },
    { id: 'role', header: t('members.role'), cell: ({ role }) => t(ROLE_NAMES[role]), width: 130 },
    {
      id: 'since',
      header: t('members.since'),
      cell: ({ since }) => <Time value={since} />,
      width: 160,
      from: 'md',
    },
  ];
}

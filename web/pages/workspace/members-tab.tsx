import { Badge, Group, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Member, membersQuery } from '../../api/members.ts';
import { projectQuery } from '../../api/projects.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import type { Column } from '../../ui/table/column.ts';
import { PagedTable } from '../paged-table.tsx';

/** Who may do what in a workspace: other users by its access, and the members of its project. */
export function MembersTab({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const { access, project } = workspace;
  const list = useInfiniteQuery(membersQuery(project.id));
  const { data } = useQuery(projectQuery(project.id));
  const columns = useMemberColumns(data?.ownersOnly ? 'reservedRightsOf' : 'rightsOf');
  const toProject = (
    <LinkButton variant="default" {...paths.project(project.id)}>
      {t('workspaces.toProject', project)}
    </LinkButton>
  );
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text maw={640}>
          {t(access === 'private' ? 'workspaces.privateFor' : 'workspaces.publicFor')}
        </Text>
        {toProject}
      </Group>
      <PagedTable
        list={list}
        label={t('workspaces.tab.members')}
        columns={columns}
        rowId={({ user }) => user.name}
        empty={
          <EmptyState title={t('workspaces.noMembers')} text={t('workspaces.noMembersText')}>
            {toProject}
          </EmptyState>
        }
      />
    </>
  );
}

function useMemberColumns(rights: 'rightsOf' | 'reservedRightsOf'): Column<Member>[] {
  const { t } = useTranslation();
  return [
    { id: 'name', header: t('workspaces.member'), cell: ({ user }) => user.name, width: 220 },
    {
      id: 'role',
      header: t('workspaces.role'),
      cell: ({ role }) => (
        <Badge variant="default" tt="none" fw={500}>
          {t(ROLE_NAMES[role])}
        </Badge>
      ),
      width: 140,
    },
    {
      id: 'rights',
      header: t('workspaces.rights'),
      cell: ({ role }) => t(`workspaces.${rights}.${role}`),
    },
  ];
}

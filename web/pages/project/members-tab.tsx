import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { membersQuery } from '../../api/members.ts';
import type { Project } from '../../api/projects.ts';
import { AddMember } from '../../forms/projects/add-member.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PagedTable } from '../paged-table.tsx';
import { useMemberColumns } from './member-columns.tsx';

interface MembersTabProps {
  readonly project: Project;
  /** Whether the user may change members. */
  readonly canManage: boolean;
}

/** The members of a project and their roles. */
export function MembersTab({ project, canManage }: MembersTabProps) {
  const { t } = useTranslation();
  const list = useInfiniteQuery(membersQuery(project.id));
  const columns = useMemberColumns(project, canManage);
  const addition = useDialog<true>();
  const add = canManage && <Button onClick={() => addition.open(true)}>{t('members.add')}</Button>;
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed" maw={760}>
          {t('members.text')}
        </Text>
        {add}
      </Group>
      <PagedTable
        list={list}
        label={t('projects.members')}
        columns={columns}
        rowId={({ user }) => user.name}
        empty={
          <EmptyState title={t('members.none')} text={t('members.noneText')}>
            {add}
          </EmptyState>
        }
      />
      <AddMember {...addition.props} project={project} />
    </>
  );
}

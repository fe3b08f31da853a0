import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { createDepartment, type Department, departmentsQuery } from '../../api/departments.ts';
import { NameDialog } from '../../forms/name-dialog.tsx';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { TextLink } from '../../ui/link.tsx';
import { notify } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { PagedTable } from '../paged-table.tsx';
import { DepartmentMenu } from './menu.tsx';

/** The departments of the platform. */
export function DepartmentsScreen() {
  const { t } = useTranslation();
  const list = useInfiniteQuery(departmentsQuery);
  const columns = useColumns();
  const creation = useDialog<true>();
  const create = <Button onClick={() => creation.open(true)}>{t('departments.create')}</Button>;
  return (
    <>
      <PageHeader title={t('common.departments')} text={t('departments.text')}>
        {create}
      </PageHeader>
      <PagedTable
        list={list}
        label={t('common.departments')}
        columns={columns}
        rowId={({ name }) => name}
        empty={
          <EmptyState title={t('departments.none')} text={t('departments.noneText')}>
            {create}
          </EmptyState>
        }
      />
      <NameDialog
        {...creation.props}
        title={t('departments.create')}
        label={t('common.name')}
        action={t('common.create')}
        write={createDepartment}
        onDone={(name) => notify(t('departments.created', { name }))}
      />
    </>
  );
}

function useColumns(): Column<Department>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: ({ id, name }) => (
        <TextLink {...paths.projects(id)} fw={500}>
          <ForeignText text={name} isBrief />
        </TextLink>
      ),
    },
    {
      id: 'created',
      header: t('common.createdAt'),
      cell: ({ createdAt }) => <Time value={createdAt} />,
      width: 160,
      from: 'sm',
    },
    {
      id: 'actions',
      header: t('common.more'),
      hidesHeader: true,
      cell: (department) => <DepartmentMenu department={department} />,
      width: 60,
      align: 'right',
    },
  ];
}

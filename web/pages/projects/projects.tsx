import { Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import { departmentChoicesQuery } from '../../api/departments.ts';
import { projectsQuery } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { CreateProject } from '../../forms/projects/create-project.tsx';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { PagedTable } from '../paged-table.tsx';
import { useProjectColumns } from './columns.tsx';

const route = getRouteApi('/signed-in/projects');

/** The projects of a user; for a cloud admin, all projects, and a way to create one. */
export function ProjectsScreen() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const { department } = route.useSearch();
  const list = useInfiniteQuery(projectsQuery(department));
  const columns = useProjectColumns(me);
  const creation = useDialog<true>();
  const create = me.isAdmin && (
    <Button onClick={() => creation.open(true)}>{t('projects.create')}</Button>
  );
  return (
    <>
      <PageHeader title={t('common.projects')} text={t('projects.text')}>
        {create}
      </PageHeader>
      <DepartmentFilter
        department={department}
        onChange={(id) => void navigate({ ...paths.projects(id), replace: true })}
      />
      <PagedTable
        list={list}
        label={t('common.projects')}
        columns={columns}
        rowId={({ department: { name: of }, name }) => `${of} / ${name}`}
        empty={
          <EmptyState
            title={t('projects.none')}
            text={t(me.isAdmin ? 'projects.noneText' : 'projects.noneAskText')}
          >
            {create}
          </EmptyState>
        }
      />
      <CreateProject
        {...creation.props}
        department={department}
        onCreated={({ id }) => void navigate(paths.project(id))}
      />
    </>
  );
}

interface DepartmentFilterProps {
  readonly department: number | undefined;
  readonly onChange: (department: number | undefined) => void;
}

/** Shown only if there is more than one department. */
function DepartmentFilter({ department, onChange }: DepartmentFilterProps) {
  const { t } = useTranslation();
  const { data = [] } = useQuery(departmentChoicesQuery);
  if (data.length < 2) return null;
  return (
    <Select
      aria-label={t('projects.department')}
      placeholder={t('projects.allDepartments')}
      data={data.map(({ id, name }) => ({ value: String(id), label: showHidden(name) }))}
      value={department === undefined ? null : String(department)}
      onChange={(id) => onChange(id === null ? undefined : Number(id))}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('projects.allDepartments') }}
      nothingFoundMessage={t('push.nothingFound')}
      w={{ base: '100%', xs: 280 }}
      mb="md"
    />
  );
}

import { Select, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import { departmentChoicesQuery } from '../../api/departments.ts';
import { createProject, type Project } from '../../api/projects.ts';
import { paths } from '../../paths.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormDialog } from '../form-dialog.tsx';

interface CreateProjectProps extends DialogState {
  /** The department that is preselected. */
  readonly department: number | undefined;
  readonly onCreated: (made: Project) => void;
}

/** Creates a project in a department. */
export function CreateProject({ department, onCreated, ...dialog }: CreateProjectProps) {
  const { t } = useTranslation();
  const { data: departments = [], isSuccess } = useQuery(departmentChoicesQuery);
  return (
    <FormDialog
      {...dialog}
      title={t('projects.create')}
      waiting={isSuccess && departments.length === 0 && <NoDepartment />}
      form={{
        initialValues: { departmentId: department?.toString() ?? '', name: '' },
        validate: {
          departmentId: (id) => (id === '' ? t('projects.chooseDepartment') : null),
          name: (name) => (name.trim() === '' ? t('common.nameMissing') : null),
        },
      }}
      action={t('common.create')}
      submit={({ departmentId, name }) => createProject(Number(departmentId), name.trim())}
      onDone={(made) => {
        notify(t('projects.created', { name: made.name }));
        onCreated(made);
      }}
    >
      {(form) => (
        <>
          <Select
            label={t('projects.department')}
            required
            searchable
            allowDeselect={false}
            data={departments.map(({ id, name }) => ({
              value: String(id),
              label: showHidden(name),
            }))}
            nothingFoundMessage={t('push.nothingFound')}
            {...form.getInputProps('departmentId')}
          />
          <TextInput
            label={t('common.name')}
            required
            data-autofocus
            autoComplete="off"
            {...form.getInputProps('name')}
          />
        </>
      )}
    </FormDialog>
  );
}

/** A project belongs to a department, so a department is needed first. */
function NoDepartment() {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t('projects.noDepartment')}</Text>
      <LinkButton {...paths.departments()}>{t('projects.toDepartments')}</LinkButton>
    </Stack>
  );
}

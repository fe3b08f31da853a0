import { Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { departmentChoicesQuery } from '../../api/departments.ts';
import { createProject, type Project } from '../../api/projects.ts';
import { paths } from '../../paths.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { LinkButton } from '../../ui/link.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormAlert } from '../form-alert.tsx';
import { useFieldError } from '../use-field-error.ts';

interface CreateFormProps {
  /** The department that is chosen at first. */
  readonly department: number | undefined;
  readonly onCreated: (made: Project) => void;
}

/** Creates a project in a department. */
export function CreateProject({ opened, onClose, ...form }: CreateFormProps & DialogState) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('projects.create')}>
      <CreateForm {...form} onCancel={onClose} />
    </Dialog>
  );
}

function CreateForm(props: CreateFormProps & { readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const { data: departments } = useQuery(departmentChoicesQuery);
  const form = useForm({
    initialValues: { departmentId: props.department?.toString() ?? '', name: '' },
    validate: {
      departmentId: (id) => (id === '' ? t('projects.chooseDepartment') : null),
      name: (name) => (name.trim() === '' ? t('common.nameMissing') : null),
    },
  });
  const showFieldError = useFieldError(form);
  const create = useMutation({
    mutationFn: ({ departmentId, name }: typeof form.values) =>
      createProject(Number(departmentId), name.trim()),
    onSuccess: (made) => {
      notify(t('projects.created', { name: made.name }));
      props.onCreated(made);
    },
    onError: showFieldError,
  });
  if (departments?.length === 0) return <NoDepartment />;
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack>
        <FormAlert error={create.error} values={form.values} />
        <Select
          label={t('projects.department')}
          required
          searchable
          allowDeselect={false}
          data={(departments ?? []).map(({ id, name }) => ({ value: String(id), label: name }))}
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
        <DialogActions
          label={t('common.create')}
          onCancel={props.onCancel}
          isBusy={create.isPending}
        />
      </Stack>
    </form>
  );
}

/** A project is in a department, so one of those comes first. */
function NoDepartment() {
  const { t } = useTranslation();
  return (
    <Stack>
      <Text>{t('projects.noDepartment')}</Text>
      <LinkButton {...paths.departments()}>{t('projects.toDepartments')}</LinkButton>
    </Stack>
  );
}

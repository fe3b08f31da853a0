import { Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Project, projectChoicesQuery, pushable } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { type AccessLevel, createWorkspace, type Workspace } from '../../api/workspaces.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormAlert } from '../form-alert.tsx';
import { useFieldError } from '../use-field-error.ts';
import { AccessField } from './access-field.tsx';
import { type ProjectChoice, ProjectFields } from './project-fields.tsx';
import { faultOfName } from './workspace-name.ts';

interface CreateWorkspaceProps extends DialogState {
  readonly onCreated: (made: Workspace) => void;
}

/** Creates a workspace in a project that the person works in. */
export function CreateWorkspace({ onCreated, ...dialog }: CreateWorkspaceProps) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(projectChoicesQuery);
  return (
    <Dialog {...dialog} title={t('workspaces.createTitle')}>
      {data && (
        <CreateForm projects={pushable(me, data)} onCancel={dialog.onClose} onCreated={onCreated} />
      )}
      {!data && error && <ErrorState message={message(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={560} />}
    </Dialog>
  );
}

interface CreateFormProps {
  readonly projects: readonly Project[];
  readonly onCancel: () => void;
  readonly onCreated: (made: Workspace) => void;
}

function CreateForm({ projects, onCancel, onCreated }: CreateFormProps) {
  const { t } = useTranslation();
  const choice = useFirstChoice(projects);
  const form = useForm({
    initialValues: { ...choice, name: '', access: 'private' as AccessLevel },
    validateInputOnChange: ['name'],
    validate: {
      projectId: (id) => (id === null ? t('workspaces.chooseProject') : null),
      name: (name) => {
        const fault = faultOfName(name);
        return fault && t(`workspaces.nameFault.${fault}`);
      },
    },
  });
  const { departmentId, projectId, name, access } = form.values;
  const showFieldError = useFieldError(form);
  const create = useMutation({
    mutationFn: createWorkspace,
    onSuccess: onCreated,
    onError: showFieldError,
  });
  const submit = form.onSubmit(() => {
    if (projectId !== null) create.mutate({ projectId, name, access });
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <FormAlert error={create.error} values={form.values} />
        <ProjectFields
          projects={projects}
          value={{ departmentId, projectId }}
          onChange={form.setValues}
          error={form.errors.projectId as string | undefined}
        />
        <TextInput
          label={t('workspaces.name')}
          description={t('workspaces.nameHint')}
          required
          data-autofocus
          autoFocus
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <Text size="sm" c="dimmed">
          {t('workspaces.address')} <code>{`${location.host}/${name || '…'}/…`}</code>
        </Text>
        <AccessField value={access} onChange={(next) => form.setFieldValue('access', next)} />
        <DialogActions label={t('common.create')} onCancel={onCancel} isBusy={create.isPending} />
      </Stack>
    </form>
  );
}

/** The project that is most likely meant: one that the person is a member of, or the only one. */
function useFirstChoice(projects: readonly Project[]): ProjectChoice {
  const { roles } = useMe();
  const mine = projects.find(({ id }) => roles.some(({ projectId }) => projectId === id));
  const first = mine ?? (projects.length === 1 ? projects[0] : undefined);
  return { departmentId: first?.department.id ?? null, projectId: first?.id ?? null };
}

import { Skeleton, Text, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Project, projectChoicesQuery, pushable } from '../../api/projects.ts';
import { type Me, roleIn, useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { type AccessLevel, createWorkspace, type Workspace } from '../../api/workspaces.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { AccessField } from './access-field.tsx';
import { type ProjectChoice, ProjectFields } from './project-fields.tsx';
import { faultOfName } from './workspace-name.ts';

interface CreateWorkspaceProps extends DialogState {
  readonly onCreated: (made: Workspace) => void;
}

/** Creates a workspace in a project that the user works in. */
export function CreateWorkspace({ onCreated, ...dialog }: CreateWorkspaceProps) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(projectChoicesQuery);
  const projects = pushable(me, data ?? []);
  const failed = error && <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  return (
    <FormDialog
      {...dialog}
      title={t('workspaces.createTitle')}
      waiting={!data && (failed ?? <Skeleton height={560} />)}
      form={{
        initialValues: { ...firstChoice(me, projects), name: '', access: 'private' as AccessLevel },
        validateInputOnChange: ['name'],
        validate: {
          projectId: (id) => (id === null ? t('workspaces.chooseProject') : null),
          name: (name) => {
            const fault = faultOfName(name);
            return fault && t(`workspaces.nameFault.${fault}`);
          },
        },
      }}
      action={t('common.create')}
      submit={({ projectId, name, access }) =>
        createWorkspace({ projectId: Number(projectId), name, access })
      }
      onDone={onCreated}
    >
      {(form) => <WorkspaceFields projects={projects} form={form} />}
    </FormDialog>
  );
}

interface WorkspaceFieldsProps {
  readonly projects: readonly Project[];
  readonly form: UseFormReturnType<
    ProjectChoice & { readonly name: string; readonly access: AccessLevel }
  >;
}

function WorkspaceFields({ projects, form }: WorkspaceFieldsProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { departmentId, projectId, name, access } = form.values;
  return (
    <>
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
      <AccessField
        value={access}
        onChange={(next) => form.setFieldValue('access', next)}
        mayPublish={mayPublishIn(me, projects, projectId)}
      />
    </>
  );
}

/** Whether a user may make a workspace of a project public. */
function mayPublishIn(me: Me, projects: readonly Project[], projectId: number | null): boolean {
  const project = projects.find(({ id }) => id === projectId);
  return !project?.ownersOnly || roleIn(me, project.id) === 'owner';
}

/** The project to preselect: one that the user is a member of, or the only one. */
function firstChoice({ roles }: Me, projects: readonly Project[]): ProjectChoice {
  const mine = projects.find(({ id }) => roles.some(({ projectId }) => projectId === id));
  const first = mine ?? (projects.length === 1 ? projects[0] : undefined);
  return { departmentId: first?.department.id ?? null, projectId: first?.id ?? null };
}

import { Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { setAccess, type Workspace } from '../../api/workspaces.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormAlert } from '../form-alert.tsx';
import { AccessField } from './access-field.tsx';

interface AccessSettingProps extends DialogState {
  readonly workspace: Pick<Workspace, 'name' | 'access'>;
}

/** Sets who may see a workspace and pull from it. */
export function AccessSetting({ workspace, ...dialog }: AccessSettingProps) {
  const { t } = useTranslation();
  return (
    <Dialog {...dialog} title={t('workspaces.accessSettingOf', { name: workspace.name })}>
      <AccessForm workspace={workspace} onDone={dialog.onClose} />
    </Dialog>
  );
}

interface AccessFormProps extends Pick<AccessSettingProps, 'workspace'> {
  readonly onDone: () => void;
}

function AccessForm({ workspace, onDone }: AccessFormProps) {
  const { t } = useTranslation();
  const { name } = workspace;
  const form = useForm({ initialValues: { access: workspace.access } });
  const change = useMutation({
    mutationFn: ({ access }: typeof form.values) => setAccess(name, access),
    onSuccess: (_, { access }) => {
      onDone();
      notify(t(access === 'private' ? 'workspaces.nowPrivate' : 'workspaces.nowPublic', { name }));
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack>
        <FormAlert error={change.error} />
        <AccessField
          value={form.values.access}
          onChange={(access) => form.setFieldValue('access', access)}
        />
        <DialogActions
          label={t('common.confirm')}
          onCancel={onDone}
          isBusy={change.isPending}
          isDisabled={!form.isDirty()}
        />
      </Stack>
    </form>
  );
}

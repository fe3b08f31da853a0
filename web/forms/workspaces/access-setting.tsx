import { useTranslation } from 'react-i18next';
import { setAccess, type Workspace } from '../../api/workspaces.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { AccessField } from './access-field.tsx';

interface AccessSettingProps extends DialogState {
  readonly workspace: Pick<Workspace, 'name' | 'access'>;
}

/** Sets who may see a workspace and pull from it. */
export function AccessSetting({ workspace, ...dialog }: AccessSettingProps) {
  const { t } = useTranslation();
  const { name } = workspace;
  return (
    <FormDialog
      {...dialog}
      title={t('workspaces.accessSettingOf', { name })}
      form={{ initialValues: { access: workspace.access } }}
      action={t('common.confirm')}
      submit={({ access }) => setAccess(name, access)}
      onDone={(_, { access }) => {
        dialog.onClose();
        const notice = access === 'private' ? 'workspaces.nowPrivate' : 'workspaces.nowPublic';
        notify(t(notice, { name }));
      }}
      button={(form) => ({ isDisabled: !form.isDirty() })}
    >
      {(form) => (
        <AccessField
          value={form.values.access}
          onChange={(access) => form.setFieldValue('access', access)}
        />
      )}
    </FormDialog>
  );
}

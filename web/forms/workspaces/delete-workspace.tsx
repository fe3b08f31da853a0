import { Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { deleteWorkspace, type Workspace } from '../../api/workspaces.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { useFormat } from '../../ui/format.ts';
import { FormDialog } from '../form-dialog.tsx';
import { useUndo } from '../trash/use-undo.ts';

interface DeleteWorkspaceProps extends DialogState {
  readonly workspace: Pick<Workspace, 'name' | 'images' | 'size'>;
  readonly onDeleted?: () => void;
}

/** Deletes a workspace with its images; asks for its name unless it is empty. */
export function DeleteWorkspace({ workspace, onDeleted, ...dialog }: DeleteWorkspaceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const offerUndo = useUndo();
  const { name, images, size } = workspace;
  return (
    <FormDialog
      {...dialog}
      title={t('workspaces.deleteTitle', { name })}
      form={{ initialValues: { typed: '' } }}
      action={t('common.delete')}
      submit={() => deleteWorkspace(name)}
      onDone={({ trashId }) => {
        dialog.onClose();
        onDeleted?.();
        offerUndo({ notice: t('workspaces.deleted', { name }), name, trashIds: [trashId] });
      }}
      button={({ values }) => ({
        isDisabled: images > 0 && values.typed !== name,
        isDangerous: true,
      })}
    >
      {(form) => (
        <>
          {images === 0 ? (
            <Text>{t('workspaces.deleteEmpty')}</Text>
          ) : (
            <>
              <Text>{t('workspaces.deleteFull', { count: images, size: format.bytes(size) })}</Text>
              <TextInput
                label={t('workspaces.typeName', { name })}
                data-autofocus
                autoComplete="off"
                spellCheck={false}
                {...form.getInputProps('typed')}
              />
            </>
          )}
          <Text size="sm" c="dimmed">
            {t('workspaces.deleteTrash')}
          </Text>
        </>
      )}
    </FormDialog>
  );
}

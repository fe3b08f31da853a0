import { Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deleteWorkspace, type Workspace } from '../../api/workspaces.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { useFormat } from '../../ui/format.ts';
import { FormAlert } from '../form-alert.tsx';
import { useUndo } from '../trash/use-undo.ts';

interface DeleteWorkspaceProps extends DialogState {
  readonly workspace: Pick<Workspace, 'name' | 'images' | 'size'>;
  readonly onDeleted?: () => void;
}

/** Deletes a workspace with all that is in it; the name of one that is not empty is asked for. */
export function DeleteWorkspace({ workspace, onDeleted, ...dialog }: DeleteWorkspaceProps) {
  const { t } = useTranslation();
  const finish = () => {
    dialog.onClose();
    onDeleted?.();
  };
  return (
    <Dialog {...dialog} title={t('workspaces.deleteTitle', { name: workspace.name })}>
      <DeleteForm workspace={workspace} onCancel={dialog.onClose} onDeleted={finish} />
    </Dialog>
  );
}

interface DeleteFormProps extends Pick<DeleteWorkspaceProps, 'workspace'> {
  readonly onCancel: () => void;
  readonly onDeleted: () => void;
}

function DeleteForm({ workspace, onCancel, onDeleted }: DeleteFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, images, size } = workspace;
  const offerUndo = useUndo();
  const [typed, setTyped] = useState('');
  const removal = useMutation({
    mutationFn: () => deleteWorkspace(name),
    onSuccess: ({ trashId }) => {
      onDeleted();
      offerUndo({ notice: t('workspaces.deleted', { name }), name, trashIds: [trashId] });
    },
  });
  const submit = (event: { preventDefault(): void }) => {
    event.preventDefault();
    removal.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <FormAlert error={removal.error} />
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
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          </>
        )}
        <Text size="sm" c="dimmed">
          {t('workspaces.deleteTrash')}
        </Text>
        <DialogActions
          label={t('common.delete')}
          onCancel={onCancel}
          isBusy={removal.isPending}
          isDisabled={images > 0 && typed !== name}
          isDangerous
        />
      </Stack>
    </form>
  );
}

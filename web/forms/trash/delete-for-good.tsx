import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deleteForGood, type TrashItem } from '../../api/trash.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { NameList } from '../../ui/dialog/name-list.tsx';
import { notify } from '../../ui/notices.tsx';
import { trashName } from './trash-name.ts';

interface DeleteForGoodProps extends DialogState {
  readonly items: readonly TrashItem[];
  readonly onDone: () => void;
}

/** Asks, and deletes things in the trash so that nothing brings them back. */
export function DeleteForGood({ items, onDone, ...dialog }: DeleteForGoodProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const count = items.length;
  const removal = useMutation({
    mutationFn: async () => {
      for (const { id } of items) await deleteForGood(id);
    },
    onSuccess: () => {
      dialog.onClose();
      onDone();
      notify(t('trash.deletedForGood', { count }));
    },
  });
  return (
    <ConfirmDialog
      {...dialog}
      title={t('trash.deleteForGoodTitle', { count })}
      action={t('trash.deleteForGood')}
      isBusy={removal.isPending}
      error={removal.error && message(removal.error)}
      onConfirm={() => removal.mutate()}
      isDestructive
    >
      <NameList names={items.map(trashName)} />
      <Text mt="sm">{t('trash.deleteForGoodText')}</Text>
    </ConfirmDialog>
  );
}

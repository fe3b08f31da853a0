import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { deleteForGood, type TrashItem } from '../../api/trash.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { NameList } from '../../ui/dialog/name-list.tsx';
import { notify } from '../../ui/notices.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { trashName } from './trash-name.ts';

interface DeleteForGoodProps extends DialogState {
  readonly items: readonly TrashItem[];
  readonly onDone: () => void;
}

/** Confirms and permanently deletes items of the trash. */
export function DeleteForGood({ items, onDone, ...dialog }: DeleteForGoodProps) {
  const { t } = useTranslation();
  const count = items.length;
  const deleteAll = async () => {
    for (const { id } of items) await deleteForGood(id);
  };
  return (
    <ConfirmDialog
      {...dialog}
      title={t('trash.deleteForGoodTitle', { count })}
      action={t('trash.deleteForGood')}
      isDestructive
      confirm={deleteAll}
      onDone={() => {
        dialog.onClose();
        onDone();
        notify(t('trash.deletedForGood', { count }));
      }}
    >
      <NameList names={items.map(trashName)} />
      <Text mt="sm">{t('trash.deleteForGoodText')}</Text>
    </ConfirmDialog>
  );
}

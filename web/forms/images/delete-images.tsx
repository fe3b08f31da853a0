import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { deleteImages, type ImageName } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { NameList } from '../../ui/dialog/name-list.tsx';
import { useDeletionNotices } from './deletion-notices.ts';

interface DeleteImagesProps extends DialogState {
  readonly names: readonly ImageName[];
  /** Called when the server has answered for each. */
  readonly onDone: () => void;
}

/** Asks, and moves images to the trash. */
export function DeleteImages({ opened, names, onClose, onDone }: DeleteImagesProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const tell = useDeletionNotices();
  const removal = useMutation({
    mutationFn: () => deleteImages(names),
    onSuccess: (results) => {
      tell(results.map((one) => ({ ...one, name: fullName(one) })));
      onDone();
    },
  });
  const count = names.length;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('images.deleteTitle', { count })}
      action={t('common.delete')}
      isBusy={removal.isPending}
      error={removal.error && message(removal.error)}
      onConfirm={() => removal.mutate()}
    >
      <NameList names={names.map(fullName)} />
      <Text mt="sm">{t('images.deleteText', { count })}</Text>
    </ConfirmDialog>
  );
}

const fullName = ({ workspace, image }: ImageName) => `${workspace}/${image}`;

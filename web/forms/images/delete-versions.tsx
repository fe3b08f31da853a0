import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { deleteVersions } from '../../api/versions.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { NameList } from '../../ui/dialog/name-list.tsx';
import { useDeletionNotices } from './deletion-notices.ts';

interface DeleteVersionsProps extends DialogState {
  readonly name: ImageName;
  readonly tags: readonly string[];
  /** Called when the server has answered for each. */
  readonly onDone: () => void;
}

/** Asks, and moves versions of an image to the trash. */
export function DeleteVersions({ opened, onClose, name, tags, onDone }: DeleteVersionsProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const tell = useDeletionNotices();
  const removal = useMutation({
    mutationFn: () => deleteVersions(name, tags),
    onSuccess: (results) => {
      tell(results.map((one) => ({ ...one, name: `${name.image}:${one.tag}` })));
      onDone();
    },
  });
  const count = tags.length;
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('image.deleteTitle', { count })}
      action={t('common.delete')}
      isBusy={removal.isPending}
      error={removal.error && message(removal.error)}
      onConfirm={() => removal.mutate()}
    >
      <NameList names={tags.map((tag) => `${name.image}:${tag}`)} />
      <Text mt="sm">{t('image.deleteText', { count })}</Text>
    </ConfirmDialog>
  );
}

import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { restoreVersion } from '../../api/history.ts';
import type { ImageName } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { shortDigest } from '../../ui/digest.tsx';
import { notify } from '../../ui/notices.tsx';

/** What a tag is to point at again. */
export interface Restoration {
  readonly tag: string;
  readonly digest: string;
  /** What it points at now; null: it was deleted. */
  readonly from: string | null;
}

interface RestoreVersionProps extends DialogState {
  readonly name: ImageName;
  readonly wanted: Restoration;
}

/** Asks, and points a tag at an earlier content; not when somebody has moved it meanwhile. */
export function RestoreVersion({ opened, onClose, name, wanted }: RestoreVersionProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { tag, digest, from } = wanted;
  const values = { tag, digest: shortDigest(digest), from: from === null ? '' : shortDigest(from) };
  const restoration = useMutation({
    mutationFn: () => restoreVersion(name, tag, digest, from),
    onSuccess: () => {
      notify(t('image.restored', values));
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('image.restoreTitle', values)}
      action={t('image.restore')}
      isBusy={restoration.isPending}
      error={restoration.error && message(restoration.error)}
      onConfirm={() => restoration.mutate()}
    >
      <Text>
        {from === null ? t('image.restoreDeleted', values) : t('image.restoreText', values)}
      </Text>
    </ConfirmDialog>
  );
}

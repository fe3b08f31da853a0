import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { restoreVersion } from '../../api/history.ts';
import type { ImageName } from '../../api/images.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { shortDigest } from '../../ui/digest.tsx';
import { notify } from '../../ui/notices.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';

/** Content that a tag is to point at again. */
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

/** Confirms and points a tag at earlier content, unless it has been moved in the meantime. */
export function RestoreVersion({ name, wanted, ...dialog }: RestoreVersionProps) {
  const { t } = useTranslation();
  const { tag, digest, from } = wanted;
  const values = { tag, digest: shortDigest(digest), from: from === null ? '' : shortDigest(from) };
  return (
    <ConfirmDialog
      {...dialog}
      title={t('image.restoreTitle', values)}
      action={t('image.restore')}
      confirm={() => restoreVersion(name, tag, digest, from)}
      onDone={() => {
        notify(t('image.restored', values));
        dialog.onClose();
      }}
    >
      <Text>{t(from === null ? 'image.restoreDeleted' : 'image.restoreText', values)}</Text>
    </ConfirmDialog>
  );
}

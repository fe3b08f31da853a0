import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { deleteImages, type ImageName } from '../../api/images.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { NameList } from '../../ui/dialog/name-list.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useDeletionNotices } from './deletion-notices.ts';

interface DeleteImagesProps extends DialogState {
  readonly names: readonly ImageName[];
  /** Called when the server has responded for each. */
  readonly onDone: () => void;
}

/** Confirms and moves images to the trash. */
export function DeleteImages({ names, onDone, ...dialog }: DeleteImagesProps) {
  const { t } = useTranslation();
  const showNotices = useDeletionNotices();
  const count = names.length;
  return (
    <ConfirmDialog
      {...dialog}
      title={t('images.deleteTitle', { count })}
      action={t('common.delete')}
      confirm={() => deleteImages(names)}
      onDone={(results) => {
        showNotices(results.map((one) => ({ ...one, name: fullName(one) })));
        onDone();
      }}
    >
      <NameList names={names.map(fullName)} />
      <Text mt="sm">{t('images.deleteText', { count })}</Text>
    </ConfirmDialog>
  );
}

const fullName = ({ workspace, image }: ImageName) => `${workspace}/${image}`;

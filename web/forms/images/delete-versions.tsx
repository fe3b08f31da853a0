import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageName } from '../../api/images.ts';
import { deleteVersions } from '../../api/versions.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { NameList } from '../../ui/dialog/name-list.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useDeletionNotices } from './deletion-notices.ts';

interface DeleteVersionsProps extends DialogState {
  readonly name: ImageName;
  readonly tags: readonly string[];
  /** Called when the server has responded for each. */
  readonly onDone: () => void;
}

/** Confirms and moves versions of an image to the trash. */
export function DeleteVersions({ name, tags, onDone, ...dialog }: DeleteVersionsProps) {
  const { t } = useTranslation();
  const showNotices = useDeletionNotices();
  const count = tags.length;
  const nameOf = (tag: string) => `${name.image}:${tag}`;
  return (
    <ConfirmDialog
      {...dialog}
      title={t('image.deleteTitle', { count })}
      action={t('common.delete')}
      confirm={() => deleteVersions(name, tags)}
      onDone={(results) => {
        showNotices(results.map((one) => ({ ...one, name: nameOf(one.tag) })));
        onDone();
      }}
    >
      <NameList names={tags.map(nameOf)} />
      <Text mt="sm">{t('image.deleteText', { count })}</Text>
    </ConfirmDialog>
  );
}

import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addressOf, type ListedImage } from '../../api/images.ts';
import { copyText } from '../../ui/copy-text.ts';
import { type MenuEntry, RowMenu } from '../../ui/menu/entry-menu.tsx';

interface ImageMenuProps {
  readonly image: ListedImage;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** The actions on one image of a list. */
export function ImageMenu({ image, onEdit, onDelete }: ImageMenuProps) {
  const { t } = useTranslation();
  const address = addressOf({ workspace: image.workspace, image: image.name });
  const entries: MenuEntry[] = [
    {
      label: t('images.copyAddress'),
      icon: IconCopy,
      onChoose: () => void copyText(address, t('images.addressCopied', { address })),
    },
  ];
  if (image.allowed.includes('image:edit')) {
    entries.push({ label: t('images.editDescription'), icon: IconPencil, onChoose: onEdit });
  }
  if (image.allowed.includes('image:delete')) {
    entries.push({
      label: t('common.delete'),
      icon: IconTrash,
      onChoose: onDelete,
      isDestructive: true,
    });
  }
  return <RowMenu name={image.name} entries={entries} />;
}

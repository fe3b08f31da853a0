import { Menu } from '@mantine/core';
import { IconCopy, IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { addressOf, type ListedImage } from '../../api/images.ts';
import { copyText } from '../../ui/copy-text.ts';
import { RowMenu } from '../../ui/row-menu.tsx';

interface ImageMenuProps {
  readonly image: ListedImage;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}

/** What can be done with one image of a list. */
export function ImageMenu({ image, onEdit, onDelete }: ImageMenuProps) {
  const { t } = useTranslation();
  const address = addressOf({ workspace: image.workspace, image: image.name });
  return (
    <RowMenu name={image.name}>
      <Menu.Item
        leftSection={<IconCopy size={16} />}
        onClick={() => void copyText(address, t('images.addressCopied', { address }))}
      >
        {t('images.copyAddress')}
      </Menu.Item>
      {image.allowed.includes('image:edit') && (
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t('images.editDescription')}
        </Menu.Item>
      )}
      {image.allowed.includes('image:delete') && (
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onDelete}>
          {t('common.delete')}
        </Menu.Item>
      )}
    </RowMenu>
  );
}

import { Menu } from '@mantine/core';
import { IconLockAccess, IconRecycle, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { RowMenu } from '../../ui/row-menu.tsx';
import type { WorkspaceAction } from './dialogs.tsx';

interface WorkspaceMenuProps {
  readonly name: string;
  readonly onChoose: (action: WorkspaceAction) => void;
}

/** What those who work in a workspace can do with it. */
export function WorkspaceMenu({ name, onChoose }: WorkspaceMenuProps) {
  const { t } = useTranslation();
  return (
    <RowMenu name={name}>
      <Menu.Item leftSection={<IconLockAccess size={16} />} onClick={() => onChoose('access')}>
        {t('workspaces.accessSetting')}
      </Menu.Item>
      <Menu.Item leftSection={<IconRecycle size={16} />} onClick={() => onChoose('collect')}>
        {t('collections.collect')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        color="red"
        leftSection={<IconTrash size={16} />}
        onClick={() => onChoose('delete')}
      >
        {t('common.delete')}
      </Menu.Item>
    </RowMenu>
  );
}

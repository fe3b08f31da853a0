import { IconLockAccess, IconRecycle, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Workspace } from '../../api/workspaces.ts';
import { type MenuEntry, RowMenu } from '../../ui/menu/entry-menu.tsx';
import type { WorkspaceAction } from './dialogs.tsx';

interface WorkspaceMenuProps {
  readonly workspace: Workspace;
  readonly onChoose: (action: WorkspaceAction) => void;
}

/** The actions on a workspace. */
export function WorkspaceMenu({ workspace, onChoose }: WorkspaceMenuProps) {
  const { t } = useTranslation();
  const { name, allowed } = workspace;
  const access: MenuEntry = {
    label: t('workspaces.accessSetting'),
    icon: IconLockAccess,
    onChoose: () => onChoose('access'),
  };
  const entries: MenuEntry[] = [
    ...(allowed.includes('workspace:publish') ? [access] : []),
    { label: t('collections.collect'), icon: IconRecycle, onChoose: () => onChoose('collect') },
    {
      label: t('common.delete'),
      icon: IconTrash,
      onChoose: () => onChoose('delete'),
      isDestructive: true,
    },
  ];
  return <RowMenu name={name} entries={entries} />;
}

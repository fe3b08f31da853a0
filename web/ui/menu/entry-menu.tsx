import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MenuButton, type OpenMenuProps } from './menu-button.tsx';
import type { EntriesProps, MenuEntry } from './open-menu.tsx';

export type { MenuEntry };

const load = async () => (await import('./open-menu.tsx')).OpenEntries;

interface EntryMenuProps extends EntriesProps {
  readonly button: OpenMenuProps['target'];
}

/** A button with a menu of actions and downloads. */
export function EntryMenu({ button, ...menu }: EntryMenuProps) {
  return <MenuButton button={button} load={load} menu={menu} />;
}

interface RowMenuProps {
  /** Name of the thing in the row. */
  readonly name: string;
  readonly entries: readonly MenuEntry[];
}

/** The menu of actions on a row of a table. */
export function RowMenu({ name, entries }: RowMenuProps) {
  const { t } = useTranslation();
  const button = (
    <ActionIcon variant="subtle" color="gray" aria-label={`${t('common.more')}: ${name}`}>
      <IconDots size={18} />
    </ActionIcon>
  );
  return <EntryMenu button={button} entries={entries} />;
}

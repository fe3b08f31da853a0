import { ActionIcon } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { lazy } from 'react';
import { useTranslation } from 'react-i18next';
import type { MenuEntry } from './menu-entry.ts';
import { MenuOnPress } from './menu-on-press.tsx';

const load = () => import('./entry-menu.tsx');
const EntryMenu = lazy(load);

interface RowMenuProps {
  /** The thing in the row. */
  readonly name: string;
  readonly entries: readonly MenuEntry[];
}

/** What can be done with the thing in a row of a table. */
export function RowMenu({ name, entries }: RowMenuProps) {
  const { t } = useTranslation();
  const button = (
    <ActionIcon variant="subtle" color="gray" aria-label={`${t('common.more')}: ${name}`}>
      <IconDots size={18} />
    </ActionIcon>
  );
  return (
    <MenuOnPress button={button} prepare={load}>
      {(target) => <EntryMenu target={target} entries={entries} />}
    </MenuOnPress>
  );
}

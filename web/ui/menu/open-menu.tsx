import { Menu, type MenuProps } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import { cloneElement, type ReactNode, useEffect, useState } from 'react';
import type { OpenMenuProps } from './menu-button.tsx';

interface FrameProps extends OpenMenuProps, Pick<MenuProps, 'width'> {
  /** Its content. */
  readonly children: ReactNode;
}

/**
 * The menu of a MenuButton: it opens as soon as it is rendered. Its button replaces the one that
 * was pressed, so it takes the focus. The menu starts closed, since it returns the focus only to
 * the element that had it when the menu opened.
 */
export function OpenMenu({ target, children, ...look }: FrameProps) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(true), []);
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-end" returnFocus {...look}>
      <Menu.Target>{cloneElement(target, { autoFocus: true })}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** One line of a menu: something to do, or the address of a file to download. */
export type MenuEntry = { readonly label: string; readonly icon?: Icon } & (
  | { readonly onChoose: () => void; readonly isDestructive?: boolean }
  | { readonly download: string }
);

/** The content of a menu of entries. */
export interface EntriesProps {
  /** Shown above the entries. */
  readonly title?: string;
  readonly entries: readonly MenuEntry[];
}

/** The menu of an EntryMenu; destructive entries are set apart. */
export function OpenEntries({ target, title, entries }: OpenMenuProps & EntriesProps) {
  return (
    <OpenMenu target={target}>
      {title && <Menu.Label>{title}</Menu.Label>}
      {entries.map((entry) => (
        <Entry key={entry.label} {...entry} />
      ))}
    </OpenMenu>
  );
}

function Entry({ label, icon: Icon, ...entry }: MenuEntry) {
  const icon = Icon && <Icon size={16} />;
  if ('download' in entry) {
    return (
      <Menu.Item component="a" href={entry.download} download leftSection={icon}>
        {label}
      </Menu.Item>
    );
  }
  return (
    <>
      {entry.isDestructive && <Menu.Divider />}
      <Menu.Item
        {...(entry.isDestructive ? { color: 'red' } : {})}
        leftSection={icon}
        onClick={entry.onChoose}
      >
        {label}
      </Menu.Item>
    </>
  );
}

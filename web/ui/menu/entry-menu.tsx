import { Menu } from '@mantine/core';
import type { MenuEntry } from './menu-entry.ts';
import type { PressedMenuProps } from './menu-on-press.tsx';
import { PressedMenu } from './pressed-menu.tsx';

interface EntryMenuProps extends PressedMenuProps {
  readonly entries: readonly MenuEntry[];
}

/** A menu of things to do; what destroys stands apart. */
export default function EntryMenu({ target, entries }: EntryMenuProps) {
  return (
    <PressedMenu target={target}>
      {entries.map((entry) => (
        <Entry key={entry.label} {...entry} />
      ))}
    </PressedMenu>
  );
}

function Entry({ label, icon: Icon, ...entry }: MenuEntry) {
  const icon = <Icon size={16} />;
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

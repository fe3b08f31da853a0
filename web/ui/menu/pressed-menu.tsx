import { Menu, type MenuProps } from '@mantine/core';
import { cloneElement, type ReactNode, useEffect, useState } from 'react';
import type { PressedMenuProps } from './menu-on-press.tsx';

interface FrameProps extends PressedMenuProps, Pick<MenuProps, 'width'> {
  /** What is in it. */
  readonly children: ReactNode;
}

/**
 * The menu behind MenuOnPress: it opens as soon as it is there. Its button has just taken the
 * place of the one that was pressed, and takes the focus, too; and the menu begins closed, since
 * it only gives back a focus that was somewhere when it opened.
 */
export function PressedMenu({ target, children, ...look }: FrameProps) {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => setOpen(true), []);
  return (
    <Menu opened={isOpen} onChange={setOpen} position="bottom-end" returnFocus {...look}>
      <Menu.Target>{cloneElement(target, { autoFocus: true })}</Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

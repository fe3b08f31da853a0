import type { Icon } from '@tabler/icons-react';

/** One line of a menu: something to do, or the address of a file to download. */
export type MenuEntry = { readonly label: string; readonly icon: Icon } & (
  | { readonly onChoose: () => void; readonly isDestructive?: boolean }
  | { readonly download: string }
);

import { Button } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useMe } from '../api/session.ts';
import { MenuButton } from '../ui/menu/menu-button.tsx';

const load = async () => (await import('./account-entries.tsx')).AccountEntries;

/** Who is signed in, with a menu of what users set for themselves. */
export function AccountMenu() {
  const { name } = useMe();
  const button = (
    <Button variant="subtle" color="gray" leftSection={<IconUser size={18} />}>
      {name}
    </Button>
  );
  return <MenuButton button={button} load={load} menu={{}} />;
}

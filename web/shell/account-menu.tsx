import { Button } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useMe } from '../api/session.ts';
import { MenuButton } from '../ui/menu/menu-button.tsx';

const load = async () => (await import('./account-entries.tsx')).AccountEntries;

/** The name of the signed-in user, with the account menu. */
export function AccountMenu() {
  const { name } = useMe();
  const button = (
    <Button variant="subtle" color="gray" leftSection={<IconUser size={18} />}>
      {name}
    </Button>
  );
  return <MenuButton button={button} load={load} menu={{}} />;
}

import { Button } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { lazy } from 'react';
import { useMe } from '../api/session.ts';
import { MenuOnPress } from '../ui/menu/menu-on-press.tsx';

const load = () => import('./account-entries.tsx');
const AccountEntries = lazy(load);

/** Who is signed in, and behind it what they set for themselves. */
export function AccountMenu() {
  const { name } = useMe();
  const button = (
    <Button variant="subtle" color="gray" leftSection={<IconUser size={18} />}>
      {name}
    </Button>
  );
  return (
    <MenuOnPress button={button} prepare={load}>
      {(target) => <AccountEntries target={target} />}
    </MenuOnPress>
  );
}

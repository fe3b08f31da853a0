import { AppShell, Burger, Group, Text } from '@mantine/core';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../paths.ts';
import { TextLink } from '../ui/link.tsx';
import { AccountMenu } from './account-menu.tsx';
import { Navigation } from './navigation.tsx';
import { PasswordNeeded } from './password-needed.tsx';
import { SessionEnded } from './session-ended.tsx';

/** The frame of every screen of a signed-in user. */
export function Shell() {
  const { t } = useTranslation();
  const address = useRouterState({ select: ({ location }) => location.pathname });
  // The menu is open only on the screen on which it was opened: a new screen closes it.
  const [openedOn, setOpenedOn] = useState<string | null>(null);
  const isOpen = openedOn === address;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <a className="skip-link" href="#content">
        {t('common.skip')}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={() => setOpenedOn(isOpen ? null : address)}
              hiddenFrom="sm"
              size="sm"
              aria-label={t('common.menu')}
              aria-expanded={isOpen}
            />
            <Brand />
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={t('common.navigation')}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <SessionEnded />
      <PasswordNeeded />
    </AppShell>
  );
}

/** The name of the console, with a link to its first screen. */
function Brand() {
  const { t } = useTranslation();
  return (
    <TextLink {...paths.images()} underline="never" c="inherit">
      <Group gap={8} wrap="nowrap" component="span">
        <img src="/icon.svg" alt="" width={28} height={28} />
        <Text component="span" fw={700}>
          Orlop
        </Text>
        <Text component="span" c="dimmed" visibleFrom="sm">
          {t('common.product')}
        </Text>
      </Group>
    </TextLink>
  );
}

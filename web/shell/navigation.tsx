import { NavLink, type NavLinkProps, Text } from '@mantine/core';
import {
  IconAffiliate,
  IconBox,
  IconChartBar,
  IconFolders,
  IconHelp,
  IconSettings,
  IconTrash,
  IconUsers,
  IconUsersGroup,
} from '@tabler/icons-react';
import { createLink, useMatch } from '@tanstack/react-router';
import { type ComponentPropsWithRef, forwardRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../api/session.ts';
import { paths } from '../paths.ts';

interface Look extends NavLinkProps, Omit<ComponentPropsWithRef<'a'>, keyof NavLinkProps> {
  /** Whether this is the current screen; absent: the address decides. */
  readonly isHere?: boolean | undefined;
}
const ScreenLink = createLink(
  forwardRef<HTMLAnchorElement, Look>(({ isHere, ...props }, ref) => {
    const active = isHere ?? props['aria-current'] === 'page';
    const current = active ? 'page' : undefined;
    return <NavLink ref={ref} component="a" {...props} active={active} aria-current={current} />;
  }),
);

/** An image's address is below that of its workspace, but its place in the navigation is Images. */
const useIsImage = () =>
  useMatch({ from: '/signed-in/workspaces/$workspace/images/$image', shouldThrow: false }) !==
  undefined;

/** Links to the screens; those of the administration for cloud admins only. */
export function Navigation() {
  const { t } = useTranslation();
  const { isAdmin } = useMe();
  const isImage = useIsImage();
  return (
    <>
      <ScreenLink
        {...paths.images()}
        isHere={isImage || undefined}
        label={t('common.images')}
        leftSection={<IconBox size={18} />}
      />
      <ScreenLink
        {...paths.workspaces()}
        isHere={isImage ? false : undefined}
        label={t('common.workspaces')}
        leftSection={<IconFolders size={18} />}
      />
      <ScreenLink
        {...paths.projects()}
        label={t('common.projects')}
        leftSection={<IconAffiliate size={18} />}
      />
      <ScreenLink
        {...paths.trash()}
        label={t('common.trash')}
        leftSection={<IconTrash size={18} />}
      />
      <ScreenLink {...paths.help()} label={t('common.help')} leftSection={<IconHelp size={18} />} />
      {isAdmin && <AdminLinks />}
    </>
  );
}

function AdminLinks() {
  const { t } = useTranslation();
  return (
    <>
      <Text size="xs" fw={700} c="dimmed" px="sm" mt="md" mb={4}>
        {t('common.admin')}
      </Text>
      <ScreenLink
        {...paths.overview()}
        label={t('common.overview')}
        leftSection={<IconChartBar size={18} />}
      />
      <ScreenLink
        {...paths.departments()}
        label={t('common.departments')}
        leftSection={<IconUsersGroup size={18} />}
      />
      <ScreenLink
        {...paths.users()}
        label={t('common.users')}
        leftSection={<IconUsers size={18} />}
      />
      <ScreenLink
        {...paths.settings()}
        label={t('common.settings')}
        leftSection={<IconSettings size={18} />}
      />
    </>
  );
}

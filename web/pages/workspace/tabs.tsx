import { Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { roleIn, useMe } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { paths, type WorkspaceTab } from '../../paths.ts';
import { AboutTab } from './about-tab.tsx';
import { CollectionsTab } from './collections-tab.tsx';
import { ImagesTab } from './images-tab.tsx';
import { MembersTab } from './members-tab.tsx';
import { RetentionTab } from './retention-tab.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace');

const CONTENT = {
  images: ImagesTab,
  members: MembersTab,
  collections: CollectionsTab,
  retention: RetentionTab,
  about: AboutTab,
} satisfies Record<WorkspaceTab, ComponentType<{ workspace: Workspace }>>;

const ALL = Object.keys(CONTENT) as WorkspaceTab[];

/** The tabs of a public workspace for users of other projects. */
const OPEN: readonly WorkspaceTab[] = ['images', 'about'];

/** The tabs of a workspace. */
export function WorkspaceTabs({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const isMember = roleIn(useMe(), workspace.project.id) !== 'none';
  const navigate = useNavigate();
  const asked = route.useSearch().tab ?? 'images';
  const tabs = isMember ? ALL : OPEN;
  const tab = tabs.includes(asked) ? asked : 'images';
  const Content = CONTENT[tab];
  const choose = (next: string | null) =>
    navigate(paths.workspace(workspace.name, { tab: next as WorkspaceTab }));
  return (
    <Tabs value={tab} onChange={choose} mt="lg">
      <Tabs.List>
        {tabs.map((one) => (
          <Tabs.Tab key={one} value={one}>
            {t(`workspaces.tab.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab} pt="md">
        <Content workspace={workspace} />
      </Tabs.Panel>
    </Tabs>
  );
}

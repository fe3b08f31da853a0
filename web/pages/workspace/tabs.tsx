import { Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { roleIn, useMe } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { paths, type WorkspaceTab } from '../../paths.ts';
import { TriggersTab } from '../triggers/triggers-tab.tsx';
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
  triggers: WorkspaceTriggersTab,
  about: AboutTab,
} satisfies Record<WorkspaceTab, ComponentType<{ workspace: Workspace }>>;

const ALL = Object.keys(CONTENT) as WorkspaceTab[];

/** The tabs of its project's owners alone. */
const OWNED: readonly WorkspaceTab[] = ['triggers'];

/** The tabs of a public workspace for users of other projects. */
const OPEN: readonly WorkspaceTab[] = ['images', 'about'];

/** The tabs of a workspace. */
export function WorkspaceTabs({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const role = roleIn(useMe(), workspace.project.id);
  const navigate = useNavigate();
  const asked = route.useSearch().tab ?? 'images';
  const ofMembers = role === 'owner' ? ALL : ALL.filter((one) => !OWNED.includes(one));
  const tabs = role === 'none' ? OPEN : ofMembers;
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

function WorkspaceTriggersTab({ workspace }: { readonly workspace: Workspace }) {
  return <TriggersTab projectId={workspace.project.id} workspace={workspace.name} />;
}

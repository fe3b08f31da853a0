import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ListScope } from '../../../src/domain/lists.ts';
import { paths } from '../../paths.ts';

interface ScopeTabsProps {
  readonly scope: ListScope;
  readonly isAdmin: boolean;
  /** The list of the scope. */
  readonly children: ReactNode;
}

/** Chooses the scope of the list of workspaces. */
export function ScopeTabs({ scope, isAdmin, children }: ScopeTabsProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const choose = (next: string | null) => navigate(paths.workspaces({ scope: next as ListScope }));
  return (
    <Tabs value={scope} onChange={choose}>
      <Tabs.List>
        <Tabs.Tab value="own">{t('workspaces.scopeOwn')}</Tabs.Tab>
        <Tabs.Tab value="shared">{t('workspaces.scopeShared')}</Tabs.Tab>
        {isAdmin && <Tabs.Tab value="all">{t('workspaces.scopeAll')}</Tabs.Tab>}
      </Tabs.List>
      <Tabs.Panel value={scope} pt="md">
        {children}
      </Tabs.Panel>
    </Tabs>
  );
}

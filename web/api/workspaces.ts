import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Item } from './contract.ts';
import { readAll } from './pages.ts';
import type { Me } from './session.ts';

export type Workspace = Item<'get /workspaces'>;

/** Every workspace of a project to choose one from. */
export const workspaceChoicesQuery = (me: Me, projectId: number) =>
  queryOptions({
    queryKey: ['workspaces', 'choices', projectId],
    queryFn: () =>
      readAll((cursor) =>
        api('get /workspaces', {
          query: { scope: me.isAdmin ? 'all' : 'own', project: projectId, cursor, limit: 100 },
        }),
      ),
  });

export const workspaceQuery = (workspace: string) =>
  queryOptions({
    queryKey: ['workspaces', workspace],
    queryFn: () => api('get /workspaces/{workspace}', { params: { workspace } }),
  });

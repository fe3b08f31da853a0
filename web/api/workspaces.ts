import { queryOptions } from '@tanstack/react-query';
import type { ListScope } from '../../src/domain/lists.ts';
import { api } from './client.ts';
import type { Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery, readAll } from './pages.ts';
import { queryClient } from './query-client.ts';
import { type Me, managedScope } from './session.ts';

export type Workspace = Item<'get /workspaces'>;
export type AccessLevel = Workspace['access'];

interface WorkspaceFilter {
  readonly scope: ListScope;
  /** What the name begins with. */
  readonly q: string;
}

const KEY = ['workspaces'];

/** Workspaces by name. */
export function workspacesQuery({ scope, q }: WorkspaceFilter) {
  return pagedQuery([...KEY, 'list', { scope, q }], (cursor) =>
    api('get /workspaces', { query: { scope, q, cursor, limit: PAGE_SIZE } }),
  );
}

/** Every workspace of a project, to choose one from. */
export const workspaceChoicesQuery = (me: Me, projectId: number) =>
  queryOptions({
    queryKey: [...KEY, 'list', 'choices', projectId],
    queryFn: () =>
      readAll((cursor) =>
        api('get /workspaces', {
          query: { scope: managedScope(me), project: projectId, cursor, limit: 100 },
        }),
      ),
  });

/** The names of all workspaces that a user works in, to choose from. */
export const workspaceNamesQuery = (me: Me) =>
  queryOptions({
    queryKey: [...KEY, 'list', 'names'],
    queryFn: async () => {
      const found = await readAll((cursor) =>
        api('get /workspaces', { query: { scope: managedScope(me), cursor, limit: 100 } }),
      );
      return found.map(({ name }) => name);
    },
  });

/** A workspace by name. */
export function workspaceQuery(workspace: string) {
  return queryOptions({
    queryKey: [...KEY, 'one', workspace],
    queryFn: () => api('get /workspaces/{workspace}', { params: { workspace } }),
  });
}

interface NewWorkspace {
  readonly projectId: number;
  readonly name: string;
  readonly access: AccessLevel;
}

/** @throws ApiError name-taken or field-invalid, of the field `name` */
export async function createWorkspace({
  projectId,
  name,
  access,
}: NewWorkspace): Promise<Workspace> {
  const path = 'post /projects/{projectId}/workspaces';
  const made = await api(path, { params: { projectId }, body: { name, access } });
  await refreshWorkspaces();
  return made;
}

/** Sets who may see a workspace. */
export async function setAccess(workspace: string, access: AccessLevel): Promise<void> {
  await api('patch /workspaces/{workspace}', { params: { workspace }, body: { access } });
  await refreshWorkspaces();
}

/** Sets how many days untagged content is kept; null: without limit. */
export async function setUntaggedDays(
  workspace: string,
  untaggedDays: number | null,
): Promise<void> {
  await api('patch /workspaces/{workspace}', { params: { workspace }, body: { untaggedDays } });
  await refreshWorkspaces();
}

/** Moves a workspace with all its images to the trash. */
export async function deleteWorkspace(
  workspace: string,
): Promise<ResponseBody<'delete /workspaces/{workspace}'>> {
  const gone = await api('delete /workspaces/{workspace}', { params: { workspace } });
  // Its screen may still be open, but there is nothing left to read.
  const queryKey = [...KEY, 'one', workspace];
  await queryClient.invalidateQueries({ queryKey, refetchType: 'none' });
  await refreshLists();
  return gone;
}

/** Reads workspaces, and whatever shows their images, again. */
async function refreshWorkspaces(): Promise<void> {
  await Promise.all([queryClient.invalidateQueries({ queryKey: [...KEY, 'one'] }), refreshLists()]);
}

async function refreshLists(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: [...KEY, 'list'] }),
    queryClient.invalidateQueries({ queryKey: ['images'] }),
    queryClient.invalidateQueries({ queryKey: ['trash'] }),
  ]);
}

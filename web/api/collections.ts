import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Answer, Item } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type Collection = Item<'get /workspaces/{workspace}/collections'>;
export type CollectionPreview = Answer<'get /workspaces/{workspace}/collection-preview'>;
export type Kept = Collection['kept'][number];

/** How often a run that goes on is asked for, in ms. */
const POLL = 1000;

const keyOf = (workspace: string) => ['collections', workspace];

/** What a collection would free now; read anew whenever it is shown. */
export const collectionPreviewQuery = (workspace: string, emptyTrash: boolean) =>
  queryOptions({
    queryKey: [...keyOf(workspace), 'preview', emptyTrash],
    queryFn: () =>
      api('get /workspaces/{workspace}/collection-preview', {
        params: { workspace },
        query: { emptyTrash: emptyTrash ? 'true' : 'false' },
      }),
    staleTime: 0,
    gcTime: 0,
  });

/** The collections of a workspace, the latest first; asked for again while one goes on. */
export const collectionsQuery = (workspace: string) => ({
  ...pagedQuery([...keyOf(workspace), 'list'], (cursor) =>
    api('get /workspaces/{workspace}/collections', {
      params: { workspace },
      query: { cursor, limit: PAGE_SIZE },
    }),
  ),
});

/** A collection, asked for again until it has ended. */
export const collectionQuery = (workspace: string, runId: number) =>
  queryOptions({
    queryKey: [...keyOf(workspace), 'one', runId],
    queryFn: () =>
      api('get /workspaces/{workspace}/collections/{runId}', { params: { workspace, runId } }),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? POLL : false),
  });

/** Begins a collection; with `emptyTrash`, what lies in the workspace's trash goes, too. */
export async function startCollection(workspace: string, emptyTrash: boolean): Promise<Collection> {
  const run = await api('post /workspaces/{workspace}/collections', {
    params: { workspace },
    body: { emptyTrash },
  });
  queryClient.setQueryData(collectionQuery(workspace, run.id).queryKey, run);
  await queryClient.invalidateQueries({ queryKey: [...keyOf(workspace), 'list'] });
  return run;
}

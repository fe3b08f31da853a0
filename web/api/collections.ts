import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';
import type { Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

export type CollectionRun = Item<'get /workspaces/{workspace}/collections'>;
export type CollectionPreview = ResponseBody<'get /workspaces/{workspace}/collection-preview'>;
export type Kept = CollectionRun['kept'][number];

/** Intervals at which a running collection is polled, alone and in a list, in ms. */
const POLL = 1000;
const LIST_POLL = 5000;

const keyOf = (workspace: string) => ['collections', workspace];

/** What a collection would free now; read again whenever it is shown. */
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

/** The collections of a workspace, the latest first; polled while one is running. */
export const collectionsQuery = (workspace: string) =>
  infiniteQueryOptions({
    ...pagedQuery([...keyOf(workspace), 'list'], (cursor) =>
      api('get /workspaces/{workspace}/collections', {
        params: { workspace },
        query: { cursor, limit: PAGE_SIZE },
      }),
    ),
    refetchInterval: ({ state }) => {
      const latest = state.data?.pages[0]?.items ?? [];
      return latest.some((run) => run.state === 'running') ? LIST_POLL : false;
    },
  });

/** A collection, polled until it has ended; then what it has changed is read again. */
export const collectionQuery = (workspace: string, runId: number) =>
  queryOptions({
    queryKey: [...keyOf(workspace), 'one', runId],
    queryFn: async () => {
      const path = 'get /workspaces/{workspace}/collections/{runId}';
      const run = await api(path, { params: { workspace, runId } });
      if (run.state !== 'running') await refreshCollected(workspace);
      return run;
    },
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? POLL : false),
  });

async function refreshCollected(workspace: string): Promise<void> {
  const changed = [[...keyOf(workspace), 'list'], ['workspaces'], ['images'], ['trash']];
  await Promise.all(changed.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
}

/** Starts a collection; `emptyTrash` deletes what is in the workspace's trash, too. */
export async function startCollection(
  workspace: string,
  emptyTrash: boolean,
): Promise<CollectionRun> {
  const run = await api('post /workspaces/{workspace}/collections', {
    params: { workspace },
    body: { emptyTrash },
  });
  queryClient.setQueryData(collectionQuery(workspace, run.id).queryKey, run);
  await queryClient.invalidateQueries({ queryKey: [...keyOf(workspace), 'list'] });
  return run;
}

import { queryOptions } from '@tanstack/react-query';
import type { SortDirection, VersionSort } from '../../src/domain/lists.ts';
import { api } from './client.ts';
import type { Item, ResponseBody } from './contract.ts';
import { type ImageName, imageQueryKey } from './images.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

const IMAGE = '/workspaces/{workspace}/images/{image}';

/** A version in a list. */
export type ListedVersion = Item<'get /workspaces/{workspace}/images/{image}/versions'>;

/** All that the API returns of a version, or of a manifest without a tag. */
export type VersionView = ResponseBody<'get /workspaces/{workspace}/images/{image}/versions/{tag}'>;

export interface VersionOrder {
  /** What tags begin with. */
  readonly q?: string | undefined;
  readonly sort?: VersionSort | undefined;
  readonly order?: SortDirection | undefined;
}

/** Versions of an image, page by page. */
export const versionsQuery = (name: ImageName, order: VersionOrder) =>
  pagedQuery([...imageQueryKey(name), 'versions', order], (cursor) =>
    api(`get ${IMAGE}/versions`, {
      params: { ...name },
      query: { ...order, cursor, limit: PAGE_SIZE },
    }),
  );

/** What a tag points at, and what that is made of. */
export const versionQuery = (name: ImageName, tag: string) =>
  queryOptions({
    queryKey: [...imageQueryKey(name), 'version', tag],
    queryFn: () => api(`get ${IMAGE}/versions/{tag}`, { params: { ...name, tag } }),
  });

/** A manifest by its digest, and what it is made of. */
export const manifestQuery = (name: ImageName, digest: string) =>
  queryOptions({
    queryKey: [...imageQueryKey(name), 'manifest', digest],
    queryFn: () => api(`get ${IMAGE}/manifests/{digest}`, { params: { ...name, digest } }),
  });

/** Moves versions to the trash, 500 in one call; returns the result for each. */
export async function deleteVersions(name: ImageName, tags: readonly string[]) {
  const results: ResponseBody<'post /workspaces/{workspace}/images/{image}/versions/deletion'> = [];
  try {
    for (let from = 0; from < tags.length; from += 500) {
      const body = tags.slice(from, from + 500).map((tag) => ({ tag }));
      results.push(
        ...(await api(`post ${IMAGE}/versions/deletion`, { params: { ...name }, body })),
      );
    }
  } finally {
    await refreshImage(name);
  }
  return results;
}

/** Reads again whatever shows an image whose versions have changed. */
export async function refreshImage(name: ImageName): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: imageQueryKey(name) }),
    queryClient.invalidateQueries({ queryKey: ['images'] }),
    queryClient.invalidateQueries({ queryKey: ['workspaces'] }),
    queryClient.invalidateQueries({ queryKey: ['trash'] }),
  ]);
}

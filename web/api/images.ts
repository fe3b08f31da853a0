import { queryOptions } from '@tanstack/react-query';
import { api, apiTagged } from './client.ts';
import type { Input, Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

/** An image in a list. */
export type ListedImage = Item<'get /images'>;

/** All that the API returns of an image. */
export type Image = ResponseBody<'get /workspaces/{workspace}/images/{image}'>;

/** An image by its workspace and its name there. */
export interface ImageName {
  readonly workspace: string;
  readonly image: string;
}

/** Which images a list shows, and in which order. */
export type ImageFilter = Omit<NonNullable<Input<'get /images'>['query']>, 'limit' | 'cursor'>;

const ONE = '/workspaces/{workspace}/images/{image}';

/** Images page by page. */
export const imagesQuery = (filter: ImageFilter) =>
  pagedQuery(['images', filter], (cursor) => readImages(filter, cursor));

/** A page of a search may be empty although more follow: such pages are skipped. */
async function readImages(filter: ImageFilter, cursor: string | undefined) {
  let page = await api('get /images', { query: { ...filter, cursor, limit: PAGE_SIZE } });
  while (page.items.length === 0 && page.next !== null) {
    page = await api('get /images', { query: { ...filter, cursor: page.next, limit: PAGE_SIZE } });
  }
  return page;
}

/** An image, with the ETag that a change of its description takes. */
export const imageQuery = (name: ImageName) =>
  queryOptions({
    queryKey: imageQueryKey(name),
    queryFn: () => apiTagged(`get ${ONE}`, { params: { ...name } }),
  });

/** The key below which everything read of an image is cached. */
export function imageQueryKey({ workspace, image }: ImageName) {
  return ['image', workspace, image] as const;
}

/** Pulls of an image on each of the last 30 days, today (UTC) included. */
export const pullsQuery = (name: ImageName) =>
  queryOptions({
    queryKey: [...imageQueryKey(name), 'pulls'],
    queryFn: () => api(`get ${ONE}/pulls`, { params: { ...name }, query: { days: 30 } }),
  });

/**
 * Sets an image's description.
 * @param etag what it was read with; `*` overwrites whatever is there now
 * @throws ApiError precondition-failed if another user has edited it in the meantime
 */
export async function describeImage(name: ImageName, description: string, etag: string) {
  const changed = await apiTagged(`patch ${ONE}`, {
    params: { ...name },
    headers: { 'if-match': etag },
    body: { description },
  });
  queryClient.setQueryData(imageQuery(name).queryKey, changed);
  await queryClient.invalidateQueries({ queryKey: ['images'] });
}

/** Moves images to the trash, a hundred in one call; returns the result for each. */
export async function deleteImages(names: readonly ImageName[]) {
  const results: ResponseBody<'post /images/deletion'> = [];
  try {
    for (let from = 0; from < names.length; from += 100) {
      const body = names
        .slice(from, from + 100)
        .map(({ workspace, image }) => ({ workspace, image }));
      results.push(...(await api('post /images/deletion', { body })));
    }
  } finally {
    await Promise.all(
      ['images', 'workspaces', 'trash'].map((key) =>
        queryClient.invalidateQueries({ queryKey: [key] }),
      ),
    );
  }
  return results;
}

/** The address that clients pull, without the tag. */
export function addressOf({ workspace, image }: ImageName): string {
  return `${window.location.host}/${workspace}/${image}`;
}

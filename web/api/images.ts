import { queryOptions } from '@tanstack/react-query';
import { api, apiTagged } from './client.ts';
import type { Input, Item, ResponseBody } from './contract.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { queryClient } from './query-client.ts';

/** An image as lists show it. */
export type ListedImage = Item<'get /images'>;

/** Everything there is to see of an image. */
export type Image = ResponseBody<'get /workspaces/{workspace}/images/{image}'>;

/** An image by the workspace it lives in and its name there. */
export interface ImageName {
  readonly workspace: string;
  readonly image: string;
}

/** What of all images a list shows, and in which order. */
export type ImageFilter = Omit<NonNullable<Input<'get /images'>['query']>, 'limit' | 'cursor'>;

const ONE = '/workspaces/{workspace}/images/{image}';

/** Images page by page. */
export const imagesQuery = (filter: ImageFilter) =>
  pagedQuery(['images', filter], (cursor) => readImages(filter, cursor));

/** A page of a search may be empty although more follow: those are not worth showing. */
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

/** Everything read of an image is kept below this key. */
export function imageQueryKey({ workspace, image }: ImageName) {
  return ['image', workspace, image] as const;
}

/** How often an image was pulled on each of the last days, today (UTC) included. */
export const pullsQuery = (name: ImageName) =>
  queryOptions({
    queryKey: [...imageQueryKey(name), 'pulls'],
    queryFn: () => api(`get ${ONE}/pulls`, { params: { ...name }, query: { days: 30 } }),
  });

/**
 * Sets an image's description.
 * @param etag what it was read with; `*` overwrites whatever is there now
 * @throws ApiError precondition-failed when somebody else has edited it meanwhile
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

/** Moves images to the trash, in one call for every hundred; answers how each fared. */
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

/** What a client pulls, before the colon and the tag. */
export function addressOf({ workspace, image }: ImageName): string {
  return `${window.location.host}/${workspace}/${image}`;
}

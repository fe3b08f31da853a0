import { api } from './client.ts';
import type { Item } from './contract.ts';
import { type ImageName, imageQueryKey } from './images.ts';
import { PAGE_SIZE, pagedQuery } from './pages.ts';
import { refreshImage } from './versions.ts';

const IMAGE = '/workspaces/{workspace}/images/{image}';

/** A tag that an image has or had, and its latest change. */
export type PastTag = Item<'get /workspaces/{workspace}/images/{image}/history'>;

/** What a tag pointed at from a certain time. */
export type TagChange = Item<'get /workspaces/{workspace}/images/{image}/versions/{tag}/history'>;

/** The tags an image has or had that begin with a text, page by page. */
export const pastTagsQuery = (name: ImageName, q: string) =>
  pagedQuery([...imageQueryKey(name), 'past-tags', q], (cursor) =>
    api(`get ${IMAGE}/history`, { params: { ...name }, query: { q, cursor, limit: PAGE_SIZE } }),
  );

/** Every change of a tag, the latest first, page by page. */
export const historyQuery = (name: ImageName, tag: string) =>
  pagedQuery([...imageQueryKey(name), 'history', tag], (cursor) =>
    api(`get ${IMAGE}/versions/{tag}/history`, {
      params: { ...name, tag },
      query: { cursor, limit: PAGE_SIZE },
    }),
  );

/**
 * Points a tag at earlier content.
 * @param from the digest that it was seen to point at; null: it was deleted
 * @throws ApiError precondition-failed if it points elsewhere by now; manifest-unknown, in-trash
 */
export async function restoreVersion(
  name: ImageName,
  tag: string,
  digest: string,
  from: string | null,
): Promise<void> {
  await api(`post ${IMAGE}/versions/{tag}/restoration`, {
    params: { ...name, tag },
    headers: from === null ? {} : { 'if-match': `"${from}"` },
    body: { digest },
  });
  await refreshImage(name);
}

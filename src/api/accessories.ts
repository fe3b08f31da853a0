import { z } from '@hono/zod-openapi';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { kindOf } from '../domain/kinds.ts';
import { type AccessoryRecord, listImageAccessories } from '../storage/content/accessories.ts';
import { accessoriesQuery, listedAccessory } from './contracts/accessories.ts';
import { imageParams } from './contracts/images.ts';
import { endpoint, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';
import { nameFor } from './versions.ts';

export const listAccessories = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: '/workspaces/{workspace}/images/{image}/accessories',
    tags: ['Versions'],
    summary: 'List the tags of an image that attach signatures, SBOMs and the like to its versions',
    request: { params: imageParams, query: accessoriesQuery },
    responses: { 200: jsonResponse(pageOf(listedAccessory), 'A page of accessories.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const key = z.tuple([z.string(), z.string()]);
    const after = cursor === undefined ? null : decodeCursor(cursor, key);
    const found = await listImageAccessories(c.var.services.db, c.var.imageId, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ subject, tag }) => [subject, tag]);
    const bodies = items.map(({ subject, attachedTo, ...one }) => ({
      ...accessoryBody(c, one),
      subject,
      attachedTo,
    }));
    return c.json({ items: bodies, next }, 200);
  },
);

/** An accessory as lists and views return it. */
export function accessoryBody(c: ApiContext, one: AccessoryRecord) {
  const { tag, digest, mediaType, artifactType, annotations, size, pushedAt, pushedBy } = one;
  return {
    ...{ tag, digest, artifactType, size },
    kind: kindOf(mediaType, artifactType, annotations ?? {}),
    ...{ pushedAt: formatTime(pushedAt), pushedBy: nameFor(c, pushedBy) },
  };
}

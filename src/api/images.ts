import { z } from '@hono/zod-openapi';
import { refuseWorkspaces } from '../auth/access.ts';
import { allowedActions } from '../auth/permissions.ts';
import { ownProjects, type Principal, principalName, visibilityOf } from '../auth/principal.ts';
import { decodeCursor, encodeCursor } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import { defaultDirection } from '../domain/lists.ts';
import { IMAGE_ACTIONS } from '../domain/roles.ts';
import { deleteImages } from '../registry/images.ts';
import type { DeletionResult } from '../registry/tags.ts';
import {
  type ImageFilter,
  type ImageKey,
  type ImageOrder,
  imageListKey,
  type ListedImage,
} from '../storage/workspaces/image-filters.ts';
import { listImages as readImages } from '../storage/workspaces/image-lists.ts';
import { type FoundImages, searchImages } from '../storage/workspaces/image-search.ts';
import { deletionBody } from './bulk.ts';
import {
  imageDeletion,
  imageDeletionResults,
  imagesQuery,
  listedImage,
} from './contracts/images.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';

const tags = ['Images'];

export const listImages = endpoint(
  'signed-in',
  {
    method: 'get',
    path: '/images',
    tags,
    summary: 'List and search images',
    request: { query: imagesQuery },
    responses: { 200: jsonResponse(pageOf(listedImage), 'A page of images.') },
  },
  async (c) => {
    const query = c.req.valid('query');
    const filter = readFilter(c, query);
    const direction = query.order ?? defaultDirection(query.sort);
    const order: ImageOrder = { by: query.sort, direction };
    const after = readCursor(order, query.cursor);
    const { services, principal } = c.var;
    const { db } = services;
    const { images, next } =
      query.q === ''
        ? await readPage(db, filter, order, after, query.limit)
        : await searchImages(db, filter, query.q, order, after, query.limit);
    const items = images.map((one) => listedImageBody(one, principal));
    return c.json({ items, next: next && encodeCursor(next) }, 200);
  },
);

function readFilter(c: ApiContext, query: z.infer<typeof imagesQuery>): ImageFilter {
  const { principal } = c.var;
  const visibility = visibilityOf(principal);
  if (query.scope === 'all' && visibility.projectIds !== 'all') {
    throw new RegistryError('DENIED', 'the scope all requires a cloud admin');
  }
  const workspace = query.workspace ?? null;
  const scope = query.scope ?? (workspace === null ? 'own' : 'all');
  return { scope, mine: ownProjects(principal), visibility, workspace };
}

function readCursor({ by }: ImageOrder, cursor: string | undefined): ImageKey | null {
  if (cursor === undefined) return null;
  if (by === 'name') return decodeCursor(cursor, z.tuple([z.string(), z.string()]));
  return decodeCursor(cursor, z.tuple([z.int(), z.int()]));
}

async function readPage(
  db: Parameters<typeof readImages>[0],
  filter: ImageFilter,
  order: ImageOrder,
  after: ImageKey | null,
  limit: number,
): Promise<FoundImages> {
  const found = await readImages(db, filter, order, after, limit + 1);
  const images = found.slice(0, limit);
  const last = images.at(-1);
  return { images, next: found.length > limit && last ? imageListKey(order, last) : null };
}

function listedImageBody(
  { id: _, marked: __, projectId, ...image }: ListedImage,
  principal: Principal,
) {
  const allowed = allowedActions(principal, { ...image, projectId }, IMAGE_ACTIONS);
  return { ...image, allowed, updatedAt: formatTime(image.updatedAt) };
}

export const deleteManyImages = endpoint(
  // Each image is authorized on its own.
  'signed-in',
  {
    method: 'post',
    path: '/images/deletion',
    tags,
    summary: 'Move images to the trash, with a result for each',
    request: { body: jsonBody(imageDeletion) },
    responses: { 200: jsonResponse(imageDeletionResults, 'Result per image.') },
  },
  async (c) => {
    const { services, principal } = c.var;
    const wanted = c.req.valid('json');
    const workspaces = wanted.map(({ workspace }) => workspace);
    const refused = await refuseWorkspaces(services.db, principal, workspaces, 'image:delete');
    const allowed = wanted.filter(({ workspace }) => !refused.has(workspace));
    const deletions = await deleteImages(services, allowed, principalName(principal));
    const results = wanted.map((name) => {
      const error = refused.get(name.workspace);
      // One deletion for each allowed image, in the same order.
      const deletion: DeletionResult = error
        ? { status: 'failed', error }
        : (deletions.shift() as DeletionResult);
      return { ...name, ...deletionBody(deletion) };
    });
    return c.json(results, 200);
  },
);

import { allowedActions } from '../auth/permissions.ts';
import { RegistryError } from '../domain/errors.ts';
import { IMAGE_ACTIONS } from '../domain/roles.ts';
import { DAY_MS } from '../domain/time.ts';
import { deleteImages } from '../registry/images.ts';
import * as storage from '../storage/workspaces/image-views.ts';
import { requireTrashId } from './bulk.ts';
import { deleted } from './contracts/bulk.ts';
import {
  image,
  imageChange,
  imageChangeHeaders,
  imageParams,
  pullSeries,
  pullsQuery,
} from './contracts/images.ts';
import { endpoint, jsonBody, jsonResponse } from './endpoint.ts';
import { type ApiContext, formatDay, formatTime } from './http.ts';

const tags = ['Images'];
const ONE = '/workspaces/{workspace}/images/{image}';

export const getImage = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: ONE,
    tags,
    summary: 'View an image; a change of its description requires its ETag',
    request: { params: imageParams },
    responses: { 200: jsonResponse(image, 'The image.') },
  },
  async (c) => {
    const view = await storage.viewImage(c.var.services.db, c.var.imageId);
    if (view === null) throw new RegistryError('NOT_FOUND');
    c.header('etag', `"${view.revision}"`);
    return c.json(imageBody(c, view), 200);
  },
);

export const changeImage = endpoint(
  { action: 'image:edit', on: 'image' },
  {
    method: 'patch',
    path: ONE,
    // A description of 64 KiB, each byte of which JSON may escape with six.
    bodyLimit: 512 * 1024,
    tags,
    summary: 'Edit the description',
    request: { params: imageParams, headers: imageChangeHeaders, body: jsonBody(imageChange) },
    responses: { 200: jsonResponse(image, 'Changed.') },
  },
  async (c) => {
    const { description } = c.req.valid('json');
    const revision = readRevision(c.req.valid('header')['if-match']);
    const { db } = c.var.services;
    const view = await storage.setDescription(db, c.var.imageId, description, revision);
    if (view === null) {
      throw new RegistryError('PRECONDITION_FAILED', 'the image was edited in the meantime');
    }
    c.header('etag', `"${view.revision}"`);
    return c.json(imageBody(c, view), 200);
  },
);

/** The revision that an ETag names; null for `*`. */
function readRevision(ifMatch: string): number | null {
  return ifMatch === '*' ? null : Number(ifMatch.slice(1, -1));
}

export const deleteImage = endpoint(
  { action: 'image:delete', on: 'image' },
  {
    method: 'delete',
    path: ONE,
    tags,
    summary: 'Move an image with all its versions to the trash',
    request: { params: imageParams },
    responses: { 200: jsonResponse(deleted, 'Moved to the trash, from where it can be restored.') },
  },
  async (c) => {
    const { repo } = c.var;
    const deletions = await deleteImages(repo, [repo.repository.name], repo.actor);
    return c.json({ trashId: requireTrashId(deletions) }, 200);
  },
);

export const getPulls = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: `${ONE}/pulls`,
    tags,
    summary: 'View the pulls of an image by day',
    request: { params: imageParams, query: pullsQuery },
    responses: { 200: jsonResponse(pullSeries, 'Every day, including days without pulls.') },
  },
  async (c) => {
    const { days } = c.req.valid('query');
    const first = Math.floor(Date.now() / DAY_MS) - days + 1;
    const pulls = await storage.listPullDays(c.var.services.db, c.var.imageId, first);
    const series = Array.from({ length: days }, (_, n) => ({
      day: formatDay(first + n),
      pulls: pulls.get(first + n) ?? 0,
    }));
    return c.json({ days: series }, 200);
  },
);

function imageBody(c: ApiContext, { revision: _, ...view }: storage.ImageView) {
  const { principal, workspace, repo } = c.var;
  const name = repo.repository.name.image;
  return {
    ...view,
    name,
    workspace: workspace.name,
    access: workspace.access,
    allowed: allowedActions(principal, { ...workspace, workspace: workspace.name }, IMAGE_ACTIONS),
    address: `${new URL(c.req.url).host}/${workspace.name}/${name}`,
    createdAt: formatTime(view.createdAt),
    updatedAt: formatTime(view.updatedAt),
  };
}

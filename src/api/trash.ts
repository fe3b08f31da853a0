import { z } from '@hono/zod-openapi';
import { allowedActions, deletionRights } from '../auth/permissions.ts';
import { ownProjects, type Principal, principalName } from '../auth/principal.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { RegistryError } from '../domain/errors.ts';
import type { TrashScope } from '../domain/lists.ts';
import { parseRepositoryName, parseTag } from '../domain/names.ts';
import { DAY_MS } from '../domain/time.ts';
import type { TrashKind } from '../domain/trash.ts';
import { refuseImmutable } from '../registry/immutable.ts';
import { restore, trashIdOf } from '../registry/trash.ts';
import { readSettings } from '../storage/settings.ts';
import { markPurged, listTrash as readTrash, type TrashRecord } from '../storage/trash/trash.ts';
import {
  restored,
  trashItem,
  trashParams,
  trashQuery,
  trashRestoration,
} from './contracts/trash.ts';
import { newWorkspaceName } from './contracts/workspaces.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { formatTime } from './http.ts';

const tags = ['Trash'];
const ONE = '/trash/{trashId}';

export const listTrash = endpoint(
  // The list shows what the caller may delete.
  'signed-in',
  {
    method: 'get',
    path: '/trash',
    tags,
    summary: 'List deleted items that can be restored, latest first',
    request: { query: trashQuery },
    responses: { 200: jsonResponse(pageOf(trashItem), 'A page of the trash.') },
  },
  async (c) => {
    const { limit, cursor, scope, workspace, kind } = c.req.valid('query');
    const { services, principal } = c.var;
    const filter = {
      ...rightsIn(principal, scope),
      workspace: workspace ?? null,
      kind: kind ?? null,
    };
    const after = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.int(), z.int()]));
    const { trashDays } = await readSettings(services.db);
    const found = await readTrash(services.db, filter, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ deletedAt, id }) => [deletedAt, id]);
    const bodies = items.map((item) => trashItemBody(item, trashDays, principal));
    return c.json({ items: bodies, next }, 200);
  },
);

function rightsIn(principal: Principal, scope: TrashScope) {
  const rights = deletionRights(principal);
  if (scope === 'own') {
    const own = ownProjects(principal);
    const { projectIds } = rights;
    const mine = projectIds === 'all' ? own : own.filter((id) => projectIds.includes(id));
    return { ...rights, projectIds: mine };
  }
  if (rights.projectIds === 'all') return rights;
  throw new RegistryError('DENIED', 'the scope all requires a cloud admin');
}

function trashItemBody(record: TrashRecord, trashDays: number, principal: Principal) {
  const { kind, workspace, image, tag, digest, size, images, versions } = record;
  return {
    id: trashIdOf(record),
    ...{ kind, workspace, image, tag, digest, size, images, versions },
    purgeable: allowedActions(principal, record, ['trash:purge']).length > 0,
    deletedAt: formatTime(record.deletedAt),
    deletedBy: record.deletedBy,
    expiresAt: formatTime(record.deletedAt + trashDays * DAY_MS),
  };
}

export const restoreTrash = endpoint(
  'trash',
  {
    method: 'post',
    path: `${ONE}/restoration`,
    tags,
    summary: 'Restore an item with all its content, under its name or another one',
    request: { params: trashParams, body: jsonBody(trashRestoration) },
    responses: { 200: jsonResponse(restored, 'Restored.') },
  },
  async (c) => {
    const { services, principal, trash } = c.var;
    const { name } = c.req.valid('json');
    const parsed = name === undefined ? null : parseName(trash, name);
    return c.json(await restore(services, trash, parsed, principalName(principal)), 200);
  },
);

/** Applies the same rules to names as creation does. */
function parseName({ kind, workspace }: TrashRecord, name: string): string {
  const parsers: Record<TrashKind, () => string> = {
    workspace: () => newWorkspaceName.parse(name),
    image: () => parseRepositoryName(`${workspace}/${name}`).image,
    version: () => parseTag(name),
  };
  try {
    return parsers[kind]();
  } catch (error) {
    const message = error instanceof z.ZodError ? error.issues[0]?.message : messageOf(error);
    throw new RegistryError('FIELD_INVALID', `name: ${message}`, { field: 'name' });
  }
}

function messageOf(error: unknown): string {
  if (error instanceof RegistryError) return error.message;
  throw error;
}

export const purgeTrashed = endpoint(
  'purge',
  {
    method: 'delete',
    path: ONE,
    tags,
    summary:
      'Purge an item from the trash; the next collection frees the content that only it used',
    description: 'Takes a browser session.',
    request: { params: trashParams },
    responses: { 204: { description: 'Purged.' } },
  },
  async (c) => {
    const { services, trash } = c.var;
    const { db } = services;
    const { id, kind } = trash;
    const purge = () => markPurged(db, id, Date.now());
    await refuseImmutable(db, `the ${kind}`, { trashId: id }, purge);
    return c.body(null, 204);
  },
);

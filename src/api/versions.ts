import { z } from '@hono/zod-openapi';
import { maySeeNames } from '../auth/permissions.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { kindOf } from '../domain/kinds.ts';
import { defaultDirection } from '../domain/lists.ts';
import { parseTag } from '../domain/names.ts';
import { type DeletionResult, deleteTags } from '../registry/tags.ts';
import type { VersionRecord } from '../registry/versions.ts';
import * as storage from '../storage/content/versions.ts';
import { deletionBody, requireTrashId } from './bulk.ts';
import { deleted } from './contracts/bulk.ts';
import { imageParams } from './contracts/images.ts';
import {
  version,
  versionDeletion,
  versionDeletionResults,
  versionParams,
  versionsQuery,
} from './contracts/versions.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';

const tags = ['Versions'];
const ALL = '/workspaces/{workspace}/images/{image}/versions';

export const listVersions = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: ALL,
    tags,
    summary: 'List the versions of an image',
    request: { params: imageParams, query: versionsQuery },
    responses: { 200: jsonResponse(pageOf(version), 'A page of versions.') },
  },
  async (c) => {
    const { limit, cursor, q, sort, order: wanted } = c.req.valid('query');
    const by = q === '' ? sort : 'name';
    const direction = wanted ?? defaultDirection(by);
    const order: storage.VersionOrder =
      by === 'name' ? { by, direction, prefix: q } : { by, direction };
    const key = z.tuple([z.int(), z.string()]);
    const after = cursor === undefined ? null : decodeCursor(cursor, key);
    const { db } = c.var.services;
    const found = await storage.listVersions(db, c.var.imageId, order, after, limit + 1);
    const { items, next } = toPage(found, limit, (one) => storage.versionKey(order, one));
    return c.json({ items: items.map((one) => versionBody(c, one, one.tag ?? '')), next }, 200);
  },
);

/** The name of who changed something in the workspace; null for outsiders. */
export function nameFor(c: ApiContext, name: string): string | null {
  const { principal, workspace } = c.var;
  return maySeeNames(principal, { ...workspace, workspace: workspace.name }) ? name : null;
}

/** A version as lists and views return it. */
export function versionBody<T extends string | null>(c: ApiContext, record: VersionRecord, tag: T) {
  const { digest, mediaType, artifactType, size, pushedBy, pulls } = record;
  return {
    tag,
    digest,
    mediaType,
    kind: kindOf(mediaType, artifactType),
    artifactType,
    platforms: [...(record.platforms ?? [])],
    size,
    pushedAt: formatTime(record.pushedAt),
    pushedBy: nameFor(c, pushedBy),
    pulls,
    lastPulledAt: formatTime(record.lastPulledAt),
    lastUsedAt: formatTime(record.lastUsedAt),
  };
}

export const deleteVersion = endpoint(
  { action: 'version:delete', on: 'image' },
  {
    method: 'delete',
    path: `${ALL}/{tag}`,
    tags,
    summary: 'Move a version to the trash',
    request: { params: versionParams },
    responses: { 200: jsonResponse(deleted, 'Moved to the trash, from where it can be restored.') },
  },
  async (c) => {
    const tag = parseTag(c.req.valid('param').tag);
    return c.json({ trashId: requireTrashId(await deleteTags(c.var.repo, [tag])) }, 200);
  },
);

export const deleteManyVersions = endpoint(
  { action: 'version:delete', on: 'image' },
  {
    method: 'post',
    path: `${ALL}/deletion`,
    bodyLimit: 128 * 1024,
    tags,
    summary: 'Move versions to the trash, with a result for each',
    request: { params: imageParams, body: jsonBody(versionDeletion) },
    responses: { 200: jsonResponse(versionDeletionResults, 'Result per version.') },
  },
  async (c) => {
    const wanted = c.req.valid('json').map(({ tag }) => tag);
    const outcomes = await deleteTags(c.var.repo, wanted);
    const results = wanted.map((tag, n) => ({
      tag,
      ...deletionBody(outcomes[n] as DeletionResult),
    }));
    return c.json(results, 200);
  },
);

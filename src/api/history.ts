import { z } from '@hono/zod-openapi';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import { type Digest, parseDigest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { parseTag } from '../domain/names.ts';
import { getVersion, restoreVersion } from '../registry/versions.ts';
import {
  listPastTags,
  listTagChanges,
  type PastTag,
  type TagChange,
} from '../storage/content/tag-history.ts';
import {
  historyQuery,
  pastTag,
  pastTagsQuery,
  restoration,
  restorationHeaders,
  tagChange,
} from './contracts/history.ts';
import { imageParams } from './contracts/images.ts';
import { version, versionParams } from './contracts/versions.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';
import { nameFor, versionBody } from './versions.ts';

const tags = ['Versions'];
const IMAGE = '/workspaces/{workspace}/images/{image}';
const ONE = `${IMAGE}/versions/{tag}`;

export const getPastTags = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: `${IMAGE}/history`,
    tags,
    summary: 'List current and past versions of an image by name, with the latest change of each',
    request: { params: imageParams, query: pastTagsQuery },
    responses: { 200: jsonResponse(pageOf(pastTag), 'A page of versions.') },
  },
  async (c) => {
    const { limit, cursor, q } = c.req.valid('query');
    const [after] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.string()]));
    const { db } = c.var.services;
    const found = await listPastTags(db, c.var.imageId, q, after, limit + 1);
    const { items, next } = toPage(found, limit, ({ tag }) => [tag]);
    return c.json({ items: items.map((one) => pastTagBody(c, one)), next }, 200);
  },
);

export const getHistory = endpoint(
  { action: 'image:pull', on: 'image' },
  {
    method: 'get',
    path: `${ONE}/history`,
    tags,
    summary: 'List what a version pointed at, latest first; also for a deleted version',
    request: { params: versionParams, query: historyQuery },
    responses: { 200: jsonResponse(pageOf(tagChange), 'A page of changes.') },
  },
  async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const tag = parseTag(c.req.valid('param').tag);
    const [before] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.int()]));
    const { db } = c.var.services;
    const found = await listTagChanges(db, c.var.imageId, tag, before, limit + 1);
    if (found.length === 0 && before === null) {
      throw new RegistryError('NOT_FOUND', `the image never had a version ${tag}`);
    }
    const { items, next } = toPage(found, limit, ({ id }) => [id]);
    return c.json({ items: items.map((one) => tagChangeBody(c, one)), next }, 200);
  },
);

export const restoreOlder = endpoint(
  { action: 'image:push', on: 'image' },
  {
    method: 'post',
    path: `${ONE}/restoration`,
    tags,
    summary: 'Point a version at earlier content that still exists',
    request: { params: versionParams, headers: restorationHeaders, body: jsonBody(restoration) },
    responses: { 200: jsonResponse(version, 'The version after the change.') },
  },
  async (c) => {
    const tag = parseTag(c.req.valid('param').tag);
    const digest = readDigest('digest', c.req.valid('json').digest);
    const ifMatch = c.req.valid('header')['if-match'];
    const expected = ifMatch === undefined ? null : readEtag(ifMatch);
    const repo = c.var.repo;
    const imageId = c.var.imageId;
    await restoreVersion(repo, imageId, tag, digest, expected);
    return c.json(versionBody(c, await getVersion(repo, imageId, tag), tag), 200);
  },
);

function readEtag(text: string): Digest {
  return readDigest('if-match', /^"(.*)"$/.exec(text)?.[1] ?? '');
}

function readDigest(field: string, text: string): Digest {
  try {
    return parseDigest(text);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError('FIELD_INVALID', `${field}: ${error.message}`, { field });
  }
}

function pastTagBody(c: ApiContext, { changedAt, changedBy, ...rest }: PastTag) {
  return { ...rest, changedAt: formatTime(changedAt), changedBy: nameFor(c, changedBy) };
}

function tagChangeBody(c: ApiContext, { id: _, ...change }: TagChange) {
  const { changedAt, changedBy } = change;
  return { ...change, changedAt: formatTime(changedAt), changedBy: nameFor(c, changedBy) };
}

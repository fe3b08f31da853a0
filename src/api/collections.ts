import { z } from '@hono/zod-openapi';
import { principalName } from '../auth/principal.ts';
import { decodeCursor, toPage } from '../domain/cursors.ts';
import {
  beginCollection,
  getCollection as readCollection,
} from '../maintenance/collection/start.ts';
import { listRuns, type RunRecord } from '../storage/garbage/collection-runs.ts';
import {
  collection,
  newCollection,
  runParams,
  runsQuery,
  workspaceRunParams,
} from './contracts/collections.ts';
import { workspaceParams } from './contracts/workspaces.ts';
import { endpoint, jsonBody, jsonResponse, pageOf } from './endpoint.ts';
import { type ApiContext, formatTime } from './http.ts';

const tags = ['Collections'];
const OF_WORKSPACE = '/workspaces/{workspace}/collections';
const OF_PLATFORM = '/collections';

const one = { 200: jsonResponse(collection, 'The collection.') };
const begun = {
  202: jsonResponse(collection, 'The collection, now running; get it to see its progress.'),
};
const page = { 200: jsonResponse(pageOf(collection), 'A page of collections.') };
const body = jsonBody(newCollection);
const description = 'To empty the trash takes a browser session.';

function emptiesTrash({ emptyTrash }: z.output<typeof newCollection>): boolean {
  return emptyTrash;
}

export const beginWorkspaceCollection = endpoint(
  {
    always: { action: 'workspace:collect', on: 'workspace' },
    also: [{ asks: emptiesTrash, requires: { action: 'trash:purge', on: 'workspace' } }],
  },
  {
    method: 'post',
    path: OF_WORKSPACE,
    tags,
    summary: 'Start a collection of a workspace, or return the one that is running',
    description,
    request: { params: workspaceParams, body },
    responses: begun,
  },
  async (c) => c.json(await begin(c, c.var.workspace.id, c.req.valid('json').emptyTrash), 202),
);

export const listWorkspaceCollections = endpoint(
  { action: 'workspace:view', on: 'workspace' },
  {
    method: 'get',
    path: OF_WORKSPACE,
    tags,
    summary: 'List the collections of a workspace in the last 90 days, latest first',
    request: { params: workspaceParams, query: runsQuery },
    responses: page,
  },
  async (c) => c.json(await list(c, c.var.workspace.id, c.req.valid('query')), 200),
);

export const getWorkspaceCollection = endpoint(
  { action: 'workspace:view', on: 'workspace' },
  {
    method: 'get',
    path: `${OF_WORKSPACE}/{runId}`,
    tags,
    summary: 'View a collection of a workspace',
    request: { params: workspaceRunParams },
    responses: one,
  },
  async (c) => c.json(await view(c, c.var.workspace.id, c.req.valid('param').runId), 200),
);

export const beginPlatformCollection = endpoint(
  { always: 'admin', also: [{ asks: emptiesTrash, requires: 'admin-session' }] },
  {
    method: 'post',
    path: OF_PLATFORM,
    tags,
    summary: 'Start a collection of the whole platform; one also runs every hour',
    description,
    request: { body },
    responses: begun,
  },
  async (c) => c.json(await begin(c, null, c.req.valid('json').emptyTrash), 202),
);

export const listPlatformCollections = endpoint(
  'admin',
  {
    method: 'get',
    path: OF_PLATFORM,
    tags,
    summary: 'List the collections of the whole platform in the last 90 days, latest first',
    request: { query: runsQuery },
    responses: page,
  },
  async (c) => c.json(await list(c, null, c.req.valid('query')), 200),
);

export const getPlatformCollection = endpoint(
  'admin',
  {
    method: 'get',
    path: `${OF_PLATFORM}/{runId}`,
    tags,
    summary: 'View a collection of the platform',
    request: { params: runParams },
    responses: one,
  },
  async (c) => c.json(await view(c, null, c.req.valid('param').runId), 200),
);

async function begin(c: ApiContext, workspaceId: number | null, emptyTrash: boolean) {
  const { services, principal } = c.var;
  const by = principalName(principal);
  return collectionBody(await beginCollection(services, workspaceId, by, emptyTrash, Date.now()));
}

async function list(
  c: ApiContext,
  workspaceId: number | null,
  { limit, cursor }: z.infer<typeof runsQuery>,
) {
  const after = cursor === undefined ? null : decodeCursor(cursor, z.tuple([z.int(), z.int()]));
  const found = await listRuns(c.var.services.db, workspaceId, after, limit + 1);
  const { items, next } = toPage(found, limit, ({ startedAt, id }) => [startedAt, id]);
  return { items: items.map(collectionBody), next };
}

async function view(c: ApiContext, workspaceId: number | null, id: number) {
  return collectionBody(await readCollection(c.var.services, workspaceId, id));
}

function collectionBody({ workspaceId: _, cursor: __, report, ...run }: RunRecord) {
  return {
    ...run,
    startedAt: formatTime(run.startedAt),
    endedAt: formatTime(run.endedAt),
    kept: [...report.kept],
    errors: [...report.errors],
  };
}

/**
 * Every statement of the protocol stays within one workspace, so that workspaces can be spread over
 * several databases (docs/scaling.md): by the plan that SQLite makes for it, rows of content are found
 * by their workspace, by their image, or by the id of something in them. Statements of triggers have
 * no plan of their own here.
 */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Isolate, openIsolate } from '../auth/support/isolates.ts';
import { type DatabaseObserver, observeDatabase } from '../bench/bindings/observe.ts';
import { freshBytes, sha256, TYPES } from '../support/worker/content.ts';
import { bindings } from '../support/worker/database.ts';
import { makePlace } from '../support/worker/people.ts';
import { type PushedImage, pushBlob, pushImage, withDigest } from '../support/worker/push.ts';
import { bearer, expectStatus } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';

/**
 * Columns that name a workspace, an image or something in one; the account of a client; or a blob or a
 * trigger, of which every database would have a row of its own.
 */
const KEYS = [
  ...['rowid', 'id', 'name', 'workspace_id', 'image_id', 'manifest_id', 'parent_id', 'child_id'],
  ...['trashed_tag_id', 'content_key', 'user_id', 'token_hash', 'blob_id', 'key'],
  'trigger_id',
];
const OF_EACH_DATABASE = ['blobs_digest_unique', 'triggers_active'];

const asked = new Set<string>();
const observer: DatabaseObserver = {
  query: async ({ sql }, _, run) => {
    asked.add(sql);
    return await run();
  },
  batch: async (queries, run) => {
    for (const { sql } of queries) asked.add(sql);
    return await run();
  },
  session: () => observer,
};

/** The steps of the plans of what was asked that find rows in other ways, each with its statement. */
async function findCrossings(): Promise<string[]> {
  const plans = await Promise.all([...asked].map(planOf));
  return plans.flat();
}

async function planOf(sql: string): Promise<string[]> {
  const bound = Array(sql.match(/\?/g)?.length ?? 0).fill(null);
  const plan = bindings.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...bound);
  const { results } = await plan.all<{ detail: string }>();
  const steps = results.map(({ detail }) => detail).filter((step) => crosses(step, sql));
  return steps.map((step) => `${step}: ${sql}`);
}

function crosses(step: string, sql: string): boolean {
  const [, how, name = ''] = /^(SEARCH|SCAN) (\S+)/.exec(step) ?? [];
  if (how === 'SEARCH') {
    const columns = [...step.matchAll(/(\w+)=\?/g)].map(([, column = '']) => column);
    return (
      !OF_EACH_DATABASE.some((index) => step.includes(index)) &&
      !columns.some((column) => KEYS.includes(column))
    );
  }
  if (how !== 'SCAN' || step.includes('VIRTUAL TABLE')) return false;
  const isTable = new RegExp(`(?:FROM|JOIN) (?:\\w+ AS )?${name}\\b`).test(sql);
  // A table that the statement makes itself is read as a whole.
  return isTable && !new RegExp(`\\b${name}(?: \\([^)]*\\))? AS (?:MATERIALIZED )?\\(`).test(sql);
}

let isolate: Isolate;
let workspace: string;
let elsewhere: string;
let image: PushedImage;
let path: string;
let token: string;

beforeAll(async () => {
  const { workspace: name, developer } = await makePlace();
  workspace = name;
  elsewhere = (await makePlace('public')).workspace;
  path = `/v2/${workspace}/app`;
  image = await pushImage(`${workspace}/app`, 'v1');
  await pushImage(`${workspace}/app`, 'v2', { fields: { subject: image.descriptor } });
  const scopes = [
    `${workspace}/app:pull,push,delete`,
    `${workspace}/other:pull`,
    `${elsewhere}/app:pull`,
  ];
  const scope = scopes.map((one) => `scope=repository:${one}`).join('&');
  token = bearer((await getToken(developer, `${scope}&scope=registry:catalog:*`)).token);
});

beforeEach(async () => {
  isolate = await openIsolate(observeDatabase(bindings.DB, observer));
  asked.clear();
});

const JSON_IMAGE = { headers: { 'content-type': TYPES.image } };
const ask = async (method: string, target: string, sent = {}) =>
  await isolate.send(token, method, `${path}/${target}`, sent);

async function begin(): Promise<string> {
  const begun = await expectStatus(await ask('POST', 'blobs/uploads/'), 202);
  return begun.headers.get('location') ?? '';
}

const mount = async (digest: string, from: string) =>
  await ask('POST', `blobs/uploads/?mount=${digest}${from}`);

const OPERATIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  'GET of a manifest by tag': () => ask('GET', 'manifests/v1'),
  'HEAD of a manifest by tag': () => ask('HEAD', 'manifests/v1'),
  'GET of a manifest by digest': () => ask('GET', `manifests/${image.digest}`),
  'GET of what is missing': () => ask('GET', 'manifests/missing'),
  'HEAD of a blob': () => ask('HEAD', `blobs/${image.layers[0]?.digest}`),
  'GET of a blob': () => ask('GET', `blobs/${image.layers[0]?.digest}`),
  tags: () => ask('GET', 'tags/list'),
  referrers: () => ask('GET', `referrers/${image.digest}`),
  'an upload in a chunk': async () => {
    const bytes = freshBytes();
    const sent = await isolate.send(token, 'PATCH', await begin(), { body: bytes });
    const to = withDigest(sent.headers.get('location') ?? '', sha256(bytes));
    await expectStatus(await isolate.send(token, 'PUT', to), 201);
  },
  'a whole blob': async () => {
    const body = freshBytes();
    const headers = { 'content-length': String(body.length) };
    const to = withDigest(await begin(), sha256(body));
    await expectStatus(await isolate.send(token, 'PUT', to, { headers, body }), 201);
  },
  'an upload that is cancelled': async () => isolate.send(token, 'DELETE', await begin()),
  'a mount within the workspace': async () => {
    const digest = await pushBlob(`${workspace}/other`);
    await expectStatus(await mount(digest, `&from=${workspace}/other`), 201);
  },
  'a mount, which reads the place that it names': async () => {
    const digest = await pushBlob(`${elsewhere}/app`);
    await expectStatus(await mount(digest, `&from=${elsewhere}/app`), 201);
  },
  'a push of a manifest': async () => {
    const sent = { ...JSON_IMAGE, body: image.text };
    await expectStatus(await ask('PUT', 'manifests/v3', sent), 201);
  },
  'a push of a manifest whose tag must not exist': async () => {
    const headers = { ...JSON_IMAGE.headers, 'if-none-match': '*' };
    await expectStatus(await ask('PUT', 'manifests/v4', { headers, body: image.text }), 201);
  },
  'deletion of a tag': async () => expectStatus(await ask('DELETE', 'manifests/v3'), 202),
  'deletion of a manifest': async () => {
    const { digest } = await pushImage(`${workspace}/app`, 'v5');
    await expectStatus(await ask('DELETE', `manifests/${digest}`), 202);
  },
  'deletion of a blob': async () => {
    const digest = await pushBlob(`${workspace}/app`);
    await expectStatus(await ask('DELETE', `blobs/${digest}`), 202);
  },
};

describe('within one workspace:', () => {
  test.each(Object.entries(OPERATIONS))('%s', async (_, work) => {
    await work();
    expect(await findCrossings()).toEqual([]);
  });
});

test('a list of all workspaces is found to be one', async () => {
  await expectStatus(await isolate.send(token, 'GET', '/v2/_catalog'), 200);
  expect(await findCrossings()).not.toEqual([]);
});

/** What a client that has just pushed a blob asks about it, in the isolate that took it. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { makePlace } from '../support/worker/people.ts';
import { pushBlob, pushImage, withDigest } from '../support/worker/push.ts';
import { bearer, expectStatus } from '../support/worker/registry-client.ts';
import { getToken } from '../support/worker/token-service.ts';
import { type Isolate, openIsolate, tripsOf } from './support/isolates.ts';

let isolate: Isolate;
let workspace: string;
let repository: string;
let developer: string;
let token: string;

beforeAll(async () => {
  ({ workspace, developer } = await makePlace());
  repository = `${workspace}/app`;
  await pushImage(repository, 'v1', { who: developer });
});

beforeEach(async () => {
  isolate = await openIsolate();
  const scope = `scope=repository:${repository}:pull,push,delete`;
  token = bearer((await getToken(developer, scope)).token);
});

async function begin(): Promise<string> {
  const begun = await isolate.send(token, 'POST', `/v2/${repository}/blobs/uploads/`);
  await expectStatus(begun, 202);
  return begun.headers.get('location') ?? '';
}

const LANES: Readonly<Record<string, (bytes: Uint8Array) => Promise<Response>>> = {
  async whole(bytes) {
    const headers = { 'content-length': String(bytes.length) };
    const to = withDigest(await begin(), sha256(bytes));
    return await isolate.send(token, 'PUT', to, { headers, body: bytes });
  },
  async 'in a chunk'(bytes) {
    const appended = await isolate.send(token, 'PATCH', await begin(), { body: bytes });
    const location = appended.headers.get('location') ?? '';
    return await isolate.send(token, 'PUT', withDigest(location, sha256(bytes)));
  },
};

async function push(bytes: Uint8Array, lane = 'whole'): Promise<string> {
  const put = LANES[lane] as (typeof LANES)[string];
  await expectStatus(await put(bytes), 201);
  return `/v2/${repository}/blobs/${sha256(bytes)}`;
}

test.each(Object.keys(LANES))('HEAD of a blob pushed %s asks no one', async (lane) => {
  const path = await push(freshBytes(), lane);
  const trips = await tripsOf(isolate, async () =>
    expectStatus(await isolate.send(token, 'HEAD', path), 200),
  );
  expect(trips).toBe(0);
});

test.each(Object.keys(LANES))('a blob pushed %s is read where it was before', async (lane) => {
  const bytes = freshBytes();
  await pushBlob(`${workspace}/other`, bytes, developer);
  const path = await push(bytes, lane);
  const answer = await expectStatus(await isolate.send(token, 'GET', path), 200);
  expect(await answer.bytes()).toEqual(bytes);
});

test('a blob that is deleted again is not there', async () => {
  const path = await push(freshBytes());
  await expectStatus(await isolate.send(token, 'DELETE', path), 202);
  await expectStatus(await isolate.send(token, 'HEAD', path), 404);
});

test('a client whose token is for pushes only reads nothing', async () => {
  const { token: narrow } = await getToken(developer, `scope=repository:${repository}:push`);
  token = bearer(narrow);
  const path = await push(freshBytes());
  expect((await isolate.send(token, 'GET', path)).status).toBe(401);
});

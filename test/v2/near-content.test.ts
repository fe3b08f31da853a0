/** Reads by digest while the nearest replica of the database shows what was there before. */
import { beforeEach, describe, expect, test } from 'vitest';
import { openIsolate } from '../auth/support/isolates.ts';
import { later } from '../auth/support/later.ts';
import { collect, HOUR } from '../support/worker/collect.ts';
import {
  CONFIG_TYPE,
  describeBytes,
  freshBytes,
  imageText,
  sha256,
  TYPES,
} from '../support/worker/content.ts';
import { bindings, blobKey, imageId, query } from '../support/worker/database.ts';
import { makePlace } from '../support/worker/people.ts';
import { type PushedImage, pushBlob, pushImage, pushIndex } from '../support/worker/push.ts';
import { bearer, type Sent } from '../support/worker/registry-client.ts';
import { freezeReplica, lateDatabase } from '../support/worker/replica.ts';
import { damagedDigests } from '../support/worker/storage.ts';
import { getToken } from '../support/worker/token-service.ts';

const LAG = 30_000;
/** The grace period of the tests, ms. */
const GRACE = HOUR;

let repository: string;
let developer: string;
let image: PushedImage;

beforeEach(async () => {
  const place = await makePlace();
  developer = place.developer;
  repository = `${place.workspace}/app`;
  image = await pushImage(repository, 'v1');
});

/** A request of a client that has just got its token; and how much the primary was asked for it. */
async function ask(method: string, path: string) {
  const { token } = await getToken(developer, `scope=repository:${repository}:pull,push`);
  const late = lateDatabase();
  // Other isolates have made the changes that it does not know of.
  const isolate = await openIsolate(late.DB);
  const answer = await isolate.send(bearer(token), method, `/v2/${repository}/${path}`);
  return { status: answer.status, bytes: await answer.bytes(), statements: late.statements };
}

/** Makes a blob that nothing uses, for so long. */
async function pushUnused(bytes: Uint8Array, unusedFor: number): Promise<string> {
  const digest = await pushBlob(repository, bytes, developer);
  await query(
    `UPDATE image_blobs SET unused_since = ?
      WHERE blob_id = (SELECT id FROM blobs WHERE digest = ?)`,
    Date.now() - unusedFor,
    digest,
  );
  return digest;
}

test('what is there is read at the replica alone', async () => {
  await freezeReplica();
  for (const [method, path] of [
    ['GET', `manifests/${image.digest}`],
    ['HEAD', `manifests/${image.digest}`],
    ['GET', `blobs/${image.config.digest}`],
    ['HEAD', `blobs/${image.config.digest}`],
  ] as const) {
    expect([path, await ask(method, path)]).toMatchObject([path, { status: 200, statements: 0 }]);
  }
});

test('what an isolate has published is read at the replica, also by a decision from before', async () => {
  const [late, name] = [lateDatabase(), `${repository}-new`];
  const isolate = await openIsolate(late.DB);
  const send = async (who: string, method: string, path: string, sent: Sent = {}) => {
    const answer = await isolate.send(who, method, path, sent);
    expect([path, answer.ok]).toEqual([path, true]);
    return answer;
  };
  // Asked for again, it is signed for what the isolate remembers: that there is no such image.
  const getTokenThere = async () => {
    const path = `/v2/token?service=registry.test&scope=repository:${name}:pull,push`;
    return bearer(((await (await send(developer, 'GET', path)).json()) as { token: string }).token);
  };
  const bytes = freshBytes();
  const digest = sha256(bytes);
  const token = await getTokenThere();
  await send(token, 'POST', `/v2/${name}/blobs/uploads/?digest=${digest}`, { body: bytes });
  const text = imageText(describeBytes(bytes, CONFIG_TYPE), []);
  const headers = { 'content-type': TYPES.image };
  await send(token, 'PUT', `/v2/${name}/manifests/v1`, { headers, body: text });
  await freezeReplica();
  const again = await later(2, getTokenThere);
  late.statements = 0;
  await send(again, 'HEAD', `/v2/${name}/blobs/${digest}`);
  await send(again, 'HEAD', `/v2/${name}/manifests/${sha256(text)}`);
  expect(late.statements).toBe(0);
});

test('what a tag points at, and lists, are read at the primary', async () => {
  await freezeReplica();
  const second = await pushImage(repository, 'v1');
  const { bytes } = await ask('GET', 'manifests/v1');
  expect(sha256(bytes)).toBe(second.digest);
  await pushImage(repository, 'v2');
  const { tags } = JSON.parse(new TextDecoder().decode((await ask('GET', 'tags/list')).bytes));
  expect(tags).toEqual(['v1', 'v2']);
});

test('what was pushed since is found at the primary, so that no client sends it twice', async () => {
  await freezeReplica();
  const { digest, config } = await pushImage(repository, 'v2');
  const blob = await pushBlob(repository, freshBytes(), developer);
  for (const [method, path] of [
    ['GET', `manifests/${digest}`],
    ['HEAD', `manifests/${digest}`],
    ['GET', `blobs/${config.digest}`],
    ['HEAD', `blobs/${blob}`],
  ] as const) {
    expect([path, (await ask(method, path)).status]).toEqual([path, 200]);
  }
  expect((await ask('HEAD', `blobs/${sha256('nothing')}`)).status).toBe(404);
});

describe('a blob that a client was told to be there waits for its push', () => {
  const isThere = async (digest: string) =>
    (await query('SELECT 1 FROM blobs WHERE digest = ?', digest)).length === 1;

  test('which it does by itself while half its grace is left at a replica that is late', async () => {
    const bytes = freshBytes();
    const digest = await pushUnused(bytes, GRACE / 2 - LAG);
    await freezeReplica();
    expect(await ask('HEAD', `blobs/${digest}`)).toMatchObject({ status: 200, statements: 0 });
    // Half the grace later, less what the replica was late.
    await collect({ gracePeriod: GRACE, now: Date.now() + GRACE / 2 - LAG });
    expect(await isThere(digest)).toBe(true);
  });

  test('also where it was in use at the replica, and is no longer', async () => {
    await freezeReplica();
    const { digest } = image.config;
    await query('DELETE FROM manifest_blobs WHERE image_id = ?', await imageId(repository));
    expect(await ask('HEAD', `blobs/${digest}`)).toMatchObject({ status: 200, statements: 0 });
    await collect({ gracePeriod: GRACE, now: Date.now() + GRACE / 2 });
    expect(await isThere(digest)).toBe(true);
  });

  test('and past half its grace there, the primary renews it', async () => {
    const digest = await pushUnused(freshBytes(), GRACE / 2 + LAG);
    await freezeReplica();
    const { status, statements } = await ask('HEAD', `blobs/${digest}`);
    expect([status, statements > 0]).toEqual([200, true]);
    await collect({ gracePeriod: GRACE, now: Date.now() + GRACE - LAG });
    expect(await isThere(digest)).toBe(true);
  });

  test('and if it was collected meanwhile, the primary says so', async () => {
    const digest = await pushUnused(freshBytes(), GRACE - LAG);
    await freezeReplica();
    await collect({ gracePeriod: GRACE, now: Date.now() + LAG });
    expect(await isThere(digest)).toBe(false);
    expect((await ask('HEAD', `blobs/${digest}`)).status).toBe(404);
  });
});

test('what is damaged at the replica is read where it was repaired', async () => {
  const bytes = freshBytes();
  const digest = await pushBlob(repository, bytes, developer);
  await query('UPDATE blobs SET damaged_at = 1 WHERE digest = ?', digest);
  await freezeReplica();
  await pushBlob(repository, bytes, developer);
  expect((await ask('HEAD', `blobs/${digest}`)).status).toBe(200);
  expect(await ask('GET', `blobs/${digest}`)).toMatchObject({ status: 200, bytes });
});

test('an object that is gone since is to be asked for again, and nothing is damaged', async () => {
  const bytes = freshBytes();
  const digest = await pushBlob(repository, bytes, developer);
  const key = await blobKey(digest);
  await freezeReplica();
  const next = `blobs/${crypto.randomUUID()}`;
  await bindings.BUCKET.put(next, bytes);
  await query('UPDATE blobs SET key = ? WHERE digest = ?', next, digest);
  await bindings.BUCKET.delete(key);
  expect((await ask('GET', `blobs/${digest}`)).status).toBe(503);
  expect(await damagedDigests()).toEqual([]);
});

test('a manifest that nothing used at the replica is asked for at the primary', async () => {
  const child = await pushImage(repository, null);
  await freezeReplica();
  await pushIndex(repository, 'multi', [child.descriptor]);
  const { status, statements } = await ask('GET', `manifests/${child.digest}`);
  expect([status, statements > 0]).toEqual([200, true]);
});

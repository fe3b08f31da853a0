/** What the cache may have wrong, or not have, is never given to a client for the whole. */
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { scrubContent } from '../../src/maintenance/scrub.ts';
import { openServices } from '../../src/services.ts';
import { markSound } from '../../src/storage/content/damages.ts';
import { sweep } from '../support/worker/collect.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings, blobKey, query } from '../support/worker/database.ts';
import { pushBlob } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';
import {
  damagedDigests,
  emptyStorage,
  flipBit,
  loseObject,
  watchLog,
} from '../support/worker/storage.ts';
import { resetSimulation, simulation } from '../support/workers-cache/simulation.ts';

const REPOSITORY = 'library/cached-faults';
const path = (digest: string) => `/v2/${REPOSITORY}/blobs/${digest}`;
const get = (digest: string) => send(ADMIN, 'GET', path(digest));
const services = openServices(bindings);

async function expectWhole(digest: string): Promise<void> {
  const response = await expectStatus(await get(digest), 200);
  expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(digest);
}

beforeEach(async () => {
  resetSimulation();
  watchLog();
  await emptyStorage();
});

test('an object that is missing is marked as damaged, and a push repairs it', async () => {
  const bytes = freshBytes(1000);
  const digest = await pushBlob(REPOSITORY, bytes);
  await loseObject(digest);
  expect((await get(digest)).status).toBe(500);
  await vi.waitFor(async () => expect(await damagedDigests()).toEqual([digest]));
  expect((await send(ADMIN, 'HEAD', path(digest))).status).toBe(404);
  await pushBlob(REPOSITORY, bytes);
  await expectWhole(digest);
});

test('an object that is missing for a moment is asked for again', async () => {
  const bytes = freshBytes(1000);
  const digest = await pushBlob(REPOSITORY, bytes);
  const key = await blobKey(digest);
  await loseObject(digest);
  expect((await get(digest)).status).toBe(500);
  await bindings.BUCKET.put(key, bytes);
  await markSound(services.db, [key]);
  await expectWhole(digest);
});

test('while the cache fails, objects are read from R2', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  simulation.isAway = true;
  await expectWhole(digest);
  expect(simulation.asked).toHaveLength(1);
  expect(simulation.ran).toEqual([]);
});

test('an object of another size is marked as damaged', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  await bindings.BUCKET.put(await blobKey(digest), freshBytes(999));
  expect((await get(digest)).status).toBe(500);
  await vi.waitFor(async () => expect(await damagedDigests()).toEqual([digest]));
});

type Spoil = NonNullable<typeof simulation.spoil>;

/** The same, and its length says so. */
const ofOwnLength =
  (spoil: Spoil): Spoil =>
  (bytes, headers) => {
    const spoilt = spoil(bytes, headers);
    headers.set('content-length', String(spoilt.length));
    return spoilt;
  };

const tooShort: Spoil = (bytes) => bytes.subarray(0, bytes.length - 1);
const tooLong: Spoil = (bytes) => new Uint8Array([...bytes, 0]);

describe.each([
  ['is too short', ofOwnLength(tooShort)],
  ['is too long', ofOwnLength(tooLong)],
  ['ends early', tooShort],
  ['is empty', () => new Uint8Array()],
])('a cached answer that %s', (_, spoil) => {
  test('is purged, and a small object is read from R2', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(1000));
    simulation.spoil = spoil;
    await expectWhole(digest);
    simulation.spoil = null;
    await expectWhole(digest);
    await expectWhole(digest);
    expect(simulation.purged).toContain(`/${await blobKey(digest)}`);
    expect(await damagedDigests()).toEqual([]);
  });

  test('is cut off and purged if the object is large', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(3_000_000));
    simulation.spoil = spoil;
    await expectWhole(digest);
    simulation.spoil = null;
    const cut = await get(digest);
    const received = await cut.arrayBuffer().then(
      (bytes) => sha256(new Uint8Array(bytes)),
      () => 'cut off',
    );
    expect(['cut off', digest]).toContain(received);
    const key = await blobKey(digest);
    await vi.waitFor(() => expect(simulation.purged).toContain(`/${key}`), { timeout: 20_000 });
    await expectWhole(digest);
    expect(await damagedDigests()).toEqual([]);
  });
});

test('damage found by the scrub is taken from the cache: the object may be restored', async () => {
  const bytes = freshBytes(1000);
  const digest = await pushBlob(REPOSITORY, bytes);
  const key = await blobKey(digest);
  await flipBit(digest);
  // The cache has the damaged bytes, which have the right size.
  await (await get(digest)).arrayBuffer();
  await query("DELETE FROM settings WHERE name = 'scrub'").catch(() => []);
  await scrubContent(services, Date.now());
  expect(await damagedDigests()).toEqual([digest]);
  await bindings.BUCKET.put(key, bytes);
  await markSound(services.db, [key]);
  await expectWhole(digest);
});

describe('objects that are deleted', () => {
  const doom = (keys: readonly string[]) =>
    query(
      'INSERT INTO doomed_objects (key, doomed_at) SELECT value, 1 FROM json_each(?)',
      JSON.stringify(keys),
    );

  test('leave the cache, too', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(1000));
    const key = await blobKey(digest);
    await expectWhole(digest);
    await doom([key]);
    expect(await sweep()).toEqual([]);
    expect(simulation.purged).toContain(`/${key}`);
    expect((await get(digest)).status).toBe(500);
  });

  test('are gone although the cache takes no purge', async () => {
    const key = `blobs/${crypto.randomUUID()}`;
    await bindings.BUCKET.put(key, 'bytes');
    await doom([key]);
    simulation.takesPurges = false;
    expect(await sweep()).toEqual([]);
    expect(await bindings.BUCKET.head(key)).toBeNull();
    expect(await query('SELECT * FROM doomed_objects')).toEqual([]);
  });

  test('are purged a hundred at a time', async () => {
    const keys = Array.from({ length: 250 }, () => `blobs/${crypto.randomUUID()}`);
    await doom(keys);
    await sweep();
    expect(new Set(simulation.purged)).toEqual(new Set(keys.map((key) => `/${key}`)));
  });
});

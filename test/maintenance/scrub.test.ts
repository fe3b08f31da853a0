import { beforeEach, describe, expect, test, vi } from 'vitest';
import { readScrub, scrubContent, scrubProgress } from '../../src/maintenance/scrub.ts';
import { openServices } from '../../src/services.ts';
import { freshBytes, sha256, unique } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { bucketWith } from '../support/worker/faulty-bucket.ts';
import {
  beginUpload,
  pushBlob,
  pushLargeManifest,
  putManifest,
  tagDigest,
  withDigest,
} from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';
import {
  damagedDigests,
  emptyStorage,
  flipBit,
  flipBitOf,
  loseObject,
  watchLog,
} from '../support/worker/storage.ts';
import { expectBlob } from '../support/worker/uploads.ts';

const services = openServices(bindings);
const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;
const NOW = 20_000 * DAY;

const repository = `library/${unique('scrubbed')}`;

beforeEach(async () => {
  vi.restoreAllMocks();
  await emptyStorage();
  await setBytesPerDay(50 * 1024 ** 3);
});

async function setBytesPerDay(bytes: number): Promise<void> {
  await query(
    `INSERT INTO settings VALUES ('scrubBytesPerDay', ?, 0)
      ON CONFLICT DO UPDATE SET value = excluded.value`,
    String(bytes),
  );
}

const pushBlobs = async (count: number, bytes = 100) => {
  const digests = [];
  for (let n = 0; n < count; n++) digests.push(await pushBlob(repository, freshBytes(bytes)));
  return digests.sort();
};

const state = async () => await readScrub(services);

describe('a round', () => {
  test('finds a flipped bit and a lost object among what is right, and says so once', async () => {
    const told = watchLog();
    const digests = await pushBlobs(8);
    const [flipped = '', lost = ''] = [digests[2], digests[5]];
    await flipBit(flipped);
    await loseObject(lost);
    await scrubContent(services, NOW);
    expect(await damagedDigests()).toEqual([flipped, lost].sort());
    expect(told().sort()).toEqual([flipped, lost].sort());
    expect(await state()).toMatchObject({
      phase: 'done',
      lastRound: { objects: 8, bytes: 800, damaged: 2, skipped: 0, endedAt: NOW },
    });
    await scrubContent(services, NOW + DAY);
    expect(told()).toHaveLength(2);
  });

  test('verifies blobs of every algorithm, empty ones and manifests that are objects', async () => {
    const told = watchLog();
    const empty = withDigest(await beginUpload(repository), sha256(''));
    await expectStatus(await send(ADMIN, 'PUT', empty), 201);
    const bytes = freshBytes(300);
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-512', bytes));
    const digest = `sha512:${Buffer.from(hash).toString('hex')}`;
    const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
    await expectStatus(await send(ADMIN, 'POST', path, { body: bytes }), 201);
    await pushLargeManifest(repository);
    await scrubContent(services, NOW);
    expect(await damagedDigests()).toEqual([]);
    await flipBit(digest);
    await scrubContent(services, NOW + DAY);
    expect(await damagedDigests()).toEqual([digest]);
    expect(told()).toEqual([digest]);
  });

  test('begins a day after the previous one began, and not earlier', async () => {
    const [digest = ''] = await pushBlobs(1);
    await scrubContent(services, NOW);
    await flipBit(digest);
    await scrubContent(services, NOW + 23 * HOUR);
    expect(await damagedDigests()).toEqual([]);
    watchLog();
    await scrubContent(services, NOW + 24 * HOUR);
    expect(await damagedDigests()).toEqual([digest]);
  });
});

describe('what was found damaged', () => {
  test('is not served to anyone, and repaired by the next push', async () => {
    watchLog();
    const bytes = freshBytes(100);
    const digest = await pushBlob(repository, bytes);
    await flipBit(digest);
    await scrubContent(services, NOW);
    const path = `/v2/${repository}/blobs/${digest}`;
    expect((await send(ADMIN, 'GET', path)).status).toBe(500);
    expect((await send(ADMIN, 'HEAD', path)).status).toBe(404);
    await pushBlob(repository, bytes);
    await expectBlob(repository, digest, bytes);
    await scrubContent(services, NOW + DAY);
    expect(await damagedDigests()).toEqual([]);
  });

  test.each([
    ['garbled', flipBitOf],
    ['lost', (key: string) => bindings.BUCKET.delete(key)],
  ])('as a manifest that is %s: the same', async (_, harm) => {
    watchLog();
    const { text, digest, key } = await pushLargeManifest(repository);
    await harm(key);
    await scrubContent(services, NOW);
    expect(await damagedDigests()).toEqual([digest]);
    const path = `/v2/${repository}/manifests/large`;
    const answer = await send(ADMIN, 'GET', path);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('push it again');
    expect((await send(ADMIN, 'HEAD', path)).status).toBe(404);
    await expectStatus(await putManifest(repository, 'large', text), 201);
    expect(await tagDigest(repository, 'large')).toBe(digest);
    const served = await expectStatus(await send(ADMIN, 'GET', path), 200);
    expect(sha256(await served.text())).toBe(digest);
    expect(await damagedDigests()).toEqual([]);
  });
});

describe('the quota of a day', () => {
  test('is divided by the hour, and no slice reads a second object beyond its share', async () => {
    await setBytesPerDay(24 * 250);
    await pushBlobs(10, 100);
    const read = [];
    for (let hour = 0; hour < 5; hour++) {
      await scrubContent(services, NOW + hour * HOUR);
      read.push((await state())?.bytesToday);
    }
    expect(read).toEqual([300, 600, 900, 1000, 1000]);
    expect((await state())?.phase).toBe('done');
  });

  test('of a larger object is paid back by the days that follow', async () => {
    await setBytesPerDay(100);
    const digests = await pushBlobs(3, 350);
    const [last = ''] = digests.slice(-1);
    await flipBit(last);
    watchLog();
    const read = [];
    for (let day = 0; day < 9; day++) {
      await scrubContent(services, NOW + day * DAY);
      read.push((await state())?.round.objects);
    }
    expect(read).toEqual([1, 1, 1, 2, 2, 2, 2, 3, 3]);
    expect(await damagedDigests()).toEqual([last]);
  });

  test('of nothing reads nothing', async () => {
    await setBytesPerDay(0);
    await pushBlobs(1);
    await scrubContent(services, NOW);
    expect(await state()).toBe(null);
  });
});

test('the progress follows the digests', async () => {
  await setBytesPerDay(24);
  const digests = await pushBlobs(4);
  const seen = [];
  for (let hour = 0; hour < 4; hour++) {
    await scrubContent(services, NOW + hour * DAY * 100);
    const kept = await state();
    seen.push(kept ? scrubProgress(kept) : 0);
  }
  const wanted = digests.map((digest) => Number.parseInt(digest.slice(7, 15), 16) / 2 ** 32);
  expect(seen.slice(0, 3)).toEqual(wanted.slice(0, 3));
  expect(scrubProgress((await state()) ?? ({} as never))).toBeGreaterThan(seen[2] ?? 1);
});

test('a blob that was collected while the scrub read is no damage', async () => {
  const told = watchLog();
  const digest = await pushBlob(repository, freshBytes(100));
  const get = async () => {
    await query(
      'DELETE FROM image_blobs WHERE blob_id = (SELECT id FROM blobs WHERE digest = ?)',
      digest,
    );
    await query('DELETE FROM blobs WHERE digest = ?', digest);
    return null;
  };
  await scrubContent({ ...services, bucket: bucketWith({ get }) }, NOW);
  expect(told()).toEqual([]);
  await expectFault(
    await send(ADMIN, 'GET', `/v2/${repository}/blobs/${digest}`),
    404,
    'BLOB_UNKNOWN',
  );
});

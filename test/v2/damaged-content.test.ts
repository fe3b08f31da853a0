import { beforeEach, describe, expect, test, vi } from 'vitest';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings, blobKey, query } from '../support/worker/database.ts';
import {
  bucketFailing,
  bucketWith,
  READ_FAULTS,
  type ReadFault,
  sendThrough,
} from '../support/worker/faulty-bucket.ts';
import { pushBlob, pushImage, pushLargeManifest, putManifest } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';
import { damagedDigests, emptyStorage, watchLog } from '../support/worker/storage.ts';
import { expectBlob } from '../support/worker/uploads.ts';

const REPOSITORY = 'library/damaged';
const path = (digest: string) => `/v2/${REPOSITORY}/blobs/${digest}`;

const faults = Object.entries<ReadFault>(READ_FAULTS);
/** A body of R2 has a known length: where it ends early after its first bytes, it breaks off. */
const afterFirstBytes = faults.filter(([name]) => name !== 'a body that ends early');

beforeEach(async () => {
  vi.restoreAllMocks();
  watchLog();
  await emptyStorage();
});

const damaged = (digests: readonly string[]) =>
  vi.waitFor(async () => expect(await damagedDigests()).toEqual(digests), { timeout: 20_000 });

describe('a pull of a blob that the storage does not deliver', () => {
  test.each([
    ...faults.map(([name, fault]) => ({ name, fault, size: 1000 })),
    ...afterFirstBytes.map(([name, fault]) => ({ name, fault, size: 3_000_000 })),
  ])('$name, of $size bytes: marked, not reported to exist, repaired by a push', async (each) => {
    const bytes = freshBytes(each.size);
    const digest = await pushBlob(REPOSITORY, bytes);
    const bucket = bucketFailing(await blobKey(digest), each.fault);
    const answer = await sendThrough(bucket, 'GET', path(digest));
    if (answer.ok) await expect(answer.arrayBuffer()).rejects.toThrow();
    else expect(await answer.text()).toMatch(/cannot be read right now|push it again/);
    await damaged([digest]);
    expect((await send(ADMIN, 'HEAD', path(digest))).status).toBe(404);
    await pushBlob(REPOSITORY, bytes);
    await expectBlob(REPOSITORY, digest, bytes);
    expect(await damagedDigests()).toEqual([]);
  });

  test('in a range: the same', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(3_000_000));
    const fault = READ_FAULTS['a body that breaks off'];
    const bucket = bucketFailing(await blobKey(digest), fault);
    const range = { range: 'bytes=2000000-' };
    const answer = await expectStatus(await sendThrough(bucket, 'GET', path(digest), range), 206);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    await damaged([digest]);
  });

  test('because of an error that passes is answered, and marks nothing', async () => {
    const bytes = freshBytes(1000);
    const digest = await pushBlob(REPOSITORY, bytes);
    const fault = READ_FAULTS['an error of R2'];
    const once = bucketFailing(await blobKey(digest), fault, 1);
    const answer = await expectStatus(await sendThrough(once, 'GET', path(digest)), 200);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    const thrice = bucketFailing(await blobKey(digest), fault, 3);
    const refused = await sendThrough(thrice, 'GET', path(digest));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.text()).toContain('try again');
    await expectUnmarkedAfterExamination();
  });

  test('while the storage is away marks nothing', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(1000));
    const away = async () => {
      throw new Error('We encountered an internal error. Please try again. (10001)');
    };
    const bucket = bucketWith({ get: away, put: away });
    expect((await sendThrough(bucket, 'GET', path(digest))).status).toBe(503);
    await expectUnmarkedAfterExamination();
  });

  /** The examination of a blob that is surely damaged, begun later, ends later. */
  async function expectUnmarkedAfterExamination(): Promise<void> {
    const other = await pushBlob(REPOSITORY, freshBytes(1000));
    const bucket = bucketFailing(await blobKey(other), READ_FAULTS['an error of R2']);
    expect((await sendThrough(bucket, 'GET', path(other))).status).toBe(503);
    await damaged([other]);
  }

  test('a client that leaves in the middle marks nothing', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(3_000_000));
    const get = vi.fn(async () => await bindings.BUCKET.get(await blobKey(digest)));
    const answer = await sendThrough(bucketWith({ get: get as never }), 'GET', path(digest));
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expectUnmarkedAfterExamination();
    expect(get).toHaveBeenCalledTimes(1);
  });
});

describe('a large manifest that the storage does not deliver', () => {
  test.each(afterFirstBytes)('%s: refused, marked, and repaired by a push', async (_, fault) => {
    const { text, digest, key } = await pushLargeManifest(REPOSITORY);
    const manifest = `/v2/${REPOSITORY}/manifests/large`;
    const bucket = bucketFailing(key, fault);
    const answer = await sendThrough(bucket, 'GET', manifest);
    expect([500, 503]).toContain(answer.status);
    expect(await answer.text()).not.toContain('    at ');
    await damaged([digest]);
    expect((await send(ADMIN, 'HEAD', manifest)).status).toBe(404);
    await expectStatus(await putManifest(REPOSITORY, 'large', text), 201);
    expect(sha256(await (await send(ADMIN, 'GET', manifest)).text())).toBe(digest);
  });
});

describe('a version whose config the storage does not deliver', () => {
  test('can be viewed without it, downloaded not, and has its platform later', async () => {
    const image = await pushImage(REPOSITORY, 'v1');
    const known = () => query('SELECT 1 FROM manifests WHERE platforms IS NOT NULL');
    await vi.waitFor(async () => expect(await known()).toHaveLength(1));
    await query('UPDATE manifests SET platforms = NULL');
    const key = await blobKey(image.config.digest);
    const bucket = bucketFailing(key, READ_FAULTS['a body that breaks off']);
    const version = '/api/v1/workspaces/library/images/damaged/versions/v1';
    const viewed = await expectStatus(await sendThrough(bucket, 'GET', version), 200);
    expect(await viewed.json()).toMatchObject({ config: null });
    expect(await known()).toEqual([]);
    await damaged([image.config.digest]);
    const archive = await send(ADMIN, 'GET', `${version}/archive`);
    expect([archive.status, await archive.text()]).toEqual([
      500,
      expect.stringContaining('push it again'),
    ]);
  });

  test('breaks an archive off in the middle, and is marked', async () => {
    const layer = freshBytes(3_000_000);
    const image = await pushImage(REPOSITORY, 'v1', { layers: [layer] });
    const [{ digest = '' } = {}] = image.layers;
    const bucket = bucketFailing(await blobKey(digest), READ_FAULTS['a body that breaks off']);
    const path = '/api/v1/workspaces/library/images/damaged/versions/v1/archive';
    const answer = await expectStatus(await sendThrough(bucket, 'GET', path), 200);
    await expect(answer.arrayBuffer()).rejects.toThrow();
    await damaged([digest]);
  });
});

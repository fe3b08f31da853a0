import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freshBytes, sha256, TYPES, unique } from '../support/worker/content.ts';
import { diskOf } from '../support/worker/disk.ts';
import { bucketWith, sendWith } from '../support/worker/faulty-bucket.ts';
import { beginUpload, pushBlob, pushImage, withDigest } from '../support/worker/push.ts';
import { expectStatus } from '../support/worker/registry-client.ts';

const MIB = 1024 ** 2;
const repository = `library/${unique('full')}`;

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

async function expectFull(response: Response): Promise<void> {
  const text = await response.text();
  expect([response.status, text]).toEqual([
    507,
    expect.stringContaining('disk of the registry is full'),
  ]);
  const [error] = JSON.parse(text).errors;
  expect(error.code).toBe('UNAVAILABLE');
}

describe('below the space that pushes leave free', () => {
  const low = { DISK: diskOf({ free: 99 * MIB, reserve: 100 * MIB, failedAt: null }) };

  test('every way to push is refused, and names the disk', async () => {
    const bytes = freshBytes(1000);
    const uploads = `/v2/${repository}/blobs/uploads/`;
    const upload = await beginUpload(repository);
    const image = await pushImage(repository, 'before');
    const whole = `${uploads}?digest=${sha256(bytes)}`;
    const manifest = `/v2/${repository}/manifests/again`;
    const headers = { 'content-type': TYPES.image };
    await expectFull(await sendWith(low, 'POST', uploads));
    await expectFull(await sendWith(low, 'POST', whole, { body: bytes }));
    await expectFull(await sendWith(low, 'PATCH', upload, { body: bytes }));
    await expectFull(
      await sendWith(low, 'PUT', withDigest(upload, sha256(bytes)), { body: bytes }),
    );
    await expectFull(await sendWith(low, 'PUT', manifest, { headers, body: image.text }));
  });

  test('pulls, sign-in, deletion and collection still work', async () => {
    const image = await pushImage(repository, 'kept');
    const base = `/v2/${repository}`;
    const scope = `repository:${repository}:pull,push`;
    await expectStatus(await sendWith(low, 'GET', `/v2/token?service=x&scope=${scope}`), 200);
    await expectStatus(await sendWith(low, 'GET', `${base}/manifests/kept`), 200);
    const blob = await sendWith(low, 'GET', `${base}/blobs/${image.config.digest}`);
    expect(sha256(new Uint8Array(await blob.arrayBuffer()))).toBe(image.config.digest);
    await expectStatus(await sendWith(low, 'DELETE', `${base}/manifests/kept`), 202);
    const json = { 'content-type': 'application/json' };
    const session = { username: 'admin', password: 'admin-password-of-the-tests' };
    const body = JSON.stringify(session);
    const signedIn = await sendWith(low, 'POST', '/api/v1/session', { headers: json, body });
    expect(signedIn.ok, await signedIn.text()).toBe(true);
    const collection = await sendWith(low, 'POST', '/api/v1/collections', {
      headers: json,
      body: JSON.stringify({ emptyTrash: false }),
    });
    expect(collection.ok, await collection.text()).toBe(true);
  });

  test('/healthz is degraded', async () => {
    const health = await expectStatus(await sendWith(low, 'GET', '/healthz'), 200);
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      failed: [],
      degraded: ['disk'],
    });
  });

  test('a body that would not leave it free is refused before it is read', async () => {
    const disk = { DISK: diskOf({ free: 101 * MIB, reserve: 100 * MIB, failedAt: null }) };
    const path = (bytes: Uint8Array) => `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`;
    const [small, large] = [freshBytes(MIB / 2), freshBytes(2 * MIB)];
    await expectFull(await sendWith(disk, 'POST', path(large), { body: large }));
    await expectStatus(await sendWith(disk, 'POST', path(small), { body: small }), 201);
  });
});

describe('a write that the storage never answers', () => {
  const never = () => new Promise<never>(() => {});

  /** As the simulator on a full disk: takes some of the bytes, and then nothing. */
  async function stuck(_key: string, value: unknown): Promise<never> {
    const reader = (value as ReadableStream).getReader();
    await reader.read();
    return await never();
  }

  test('because the disk is full is refused, and names it', async () => {
    const disk = { free: 500 * MIB, reserve: 0, failedAt: null as number | null };
    const put = async (key: string, value: unknown) => {
      disk.failedAt = Date.now() + 60_000;
      return await stuck(key, value);
    };
    const change = { BUCKET: bucketWith({ put: put as R2Bucket['put'] }), DISK: diskOf(disk) };
    const bytes = freshBytes(3 * MIB);
    const path = `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`;
    await expectFull(await sendWith(change, 'POST', path, { body: bytes }));
    await pushBlob(repository, bytes);
  });

  test('although it has all bytes is given up after a time', async () => {
    vi.spyOn(scheduler, 'wait').mockResolvedValue();
    const put = async (_key: string, value: unknown) => {
      if (value instanceof ReadableStream) await new Response(value).arrayBuffer();
      return await never();
    };
    const change = { BUCKET: bucketWith({ put: put as R2Bucket['put'] }) };
    for (const bytes of [freshBytes(3 * MIB), freshBytes(1)]) {
      const path = `/v2/${repository}/blobs/uploads/?digest=${sha256(bytes)}`;
      const answer = await sendWith(change, 'POST', path, { body: bytes });
      expect([answer.status, await answer.text()]).toEqual([
        503,
        expect.stringContaining('does not answer'),
      ]);
    }
  });
});

test('a database that cannot grow is a full disk, in both surfaces', async () => {
  const full = () => {
    throw new Error('D1_ERROR: database or disk is full: SQLITE_FULL');
  };
  const change = { DB: { prepare: full, batch: full, withSession: full } as unknown as D1Database };
  await expectFull(await sendWith(change, 'GET', `/v2/${repository}/manifests/kept`));
  const answer = await sendWith(change, 'GET', '/api/v1/images');
  expect([answer.status, await answer.json()]).toEqual([
    507,
    expect.objectContaining({ code: 'storage-full' }),
  ]);
});

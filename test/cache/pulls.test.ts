/** Pulls through the front door, with Workers Cache in front of the entrypoint that reads objects. */
import { exports } from 'cloudflare:workers';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { openObjectCache } from '../../src/storage/object-cache.ts';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings, blobKey, query } from '../support/worker/database.ts';
import { sendWith } from '../support/worker/faulty-bucket.ts';
import { makePlace, makeUser } from '../support/worker/people.ts';
import { pushBlob, pushImage, pushLargeManifest } from '../support/worker/push.ts';
import {
  ADMIN,
  ANONYMOUS,
  expectStatus,
  send,
  type Who,
} from '../support/worker/registry-client.ts';
import { loseObject } from '../support/worker/storage.ts';
import { resetSimulation, simulation } from '../support/workers-cache/simulation.ts';

const REPOSITORY = 'library/cached';
const blobPath = (digest: string, repository = REPOSITORY) => `/v2/${repository}/blobs/${digest}`;

/** Pulls content by digest and compares it. */
async function pull(digest: string, path = blobPath(digest), who: Who = ADMIN): Promise<Response> {
  const response = await expectStatus(await send(who, 'GET', path), 200);
  expect(sha256(new Uint8Array(await response.clone().arrayBuffer()))).toBe(digest);
  return response;
}

beforeEach(resetSimulation);

describe.each([
  ['a small blob', 1000],
  ['a blob of 3 MB', 3_000_000],
])('%s', (_, size) => {
  test('is read from R2 once', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(size));
    const first = await pull(digest);
    expect(simulation.ran).toEqual([`/${await blobKey(digest)}`]);
    await loseObject(digest);
    const second = await pull(digest);
    expect(simulation.ran).toHaveLength(1);
    expect(Object.fromEntries(second.headers)).toEqual(Object.fromEntries(first.headers));
  });

  test('that one client begins and leaves is whole for the next', async () => {
    const digest = await pushBlob(REPOSITORY, freshBytes(size));
    const { body } = await send(ADMIN, 'GET', blobPath(digest));
    const reader = body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await pull(digest);
    expect(simulation.ran).toHaveLength(1);
  });
});

test('a client hears of the cache nothing but that it may keep the answer for itself', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  await pull(digest);
  const cached = Object.fromEntries((await pull(digest)).headers);
  expect(simulation.asked).toHaveLength(2);
  expect(cached['cache-control']).toBe('private, max-age=31536000, immutable, no-transform');
  const off = await sendWith({ OBJECT_CACHE: 'off' }, 'GET', blobPath(digest));
  await off.body?.cancel();
  expect(cached).toEqual(Object.fromEntries(off.headers));
});

test('the cache hears nothing of a client: no header, token, host or name', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  const headers = { 'x-forwarded-host': 'other.test', cookie: 'a=b', accept: '*/*' };
  await expectStatus(await send(ADMIN, 'GET', blobPath(digest), { headers }), 200);
  const url = `https://objects/${await blobKey(digest)}`;
  expect(simulation.asked).toEqual([{ url, headers: [] }]);
});

test('HEAD, ranges and unchanged content do not enter it', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  const ask = async (method: string, headers: Record<string, string>, status: number) => {
    const response = await send(ADMIN, method, blobPath(digest), { headers });
    await (await expectStatus(response, status)).arrayBuffer();
  };
  await ask('HEAD', {}, 200);
  await ask('GET', { range: 'bytes=0-9' }, 206);
  await ask('GET', { range: 'bytes=0-99,2000-' }, 206);
  await ask('GET', { range: 'bytes=2000-' }, 416);
  await ask('GET', { 'if-none-match': `"${digest}"` }, 304);
  expect(simulation.asked).toEqual([]);
});

describe('the blobs of a manifest', () => {
  /** An image, and the addresses of its blobs in the cache. */
  async function imageWith(...sizes: readonly number[]) {
    const image = await pushImage(REPOSITORY, null, { layers: sizes.map(freshBytes) });
    const blobs = [image.config, ...image.layers].map(({ digest }) => digest);
    const paths = await Promise.all(blobs.map(async (digest) => `/${await blobKey(digest)}`));
    const path = `/v2/${REPOSITORY}/manifests/${image.digest}`;
    // The push has read the config.
    await vi.waitFor(() => expect(simulation.ran).toEqual(expect.arrayContaining([paths[0]])));
    resetSimulation();
    return { ...image, path, blobs, layers: paths.slice(1) };
  }

  const asked = () => simulation.asked.map(({ url }) => new URL(url).pathname);

  test('are near before a client that pulls it asks for them', async () => {
    const { digest, path, blobs, layers } = await imageWith(1000, 1000, 1000);
    await pull(digest, path);
    await vi.waitFor(() => expect(new Set(simulation.ran)).toEqual(new Set(layers)));
    for (const blob of blobs) await pull(blob);
    expect(simulation.ran).toHaveLength(3);
  });

  test('are asked of the cache once an hour, however often it is pulled', async () => {
    const other = await imageWith(1000);
    const { digest, path, layers } = await imageWith(1000);
    await pull(digest, path);
    await vi.waitFor(() => expect(asked()).toEqual(layers));
    await pull(digest, path);
    await pull(other.digest, other.path);
    await vi.waitFor(() => expect(asked()).toEqual([...layers, ...other.layers]));
  });

  test('wait to be asked for where they are large or many', async () => {
    const { digest, path, layers } = await imageWith(9_000_000, ...Array(25).fill(100));
    await pull(digest, path);
    await vi.waitFor(() => expect(asked().length).toBeGreaterThan(0));
    expect(asked().length).toBeLessThanOrEqual(20);
    expect(asked()).not.toContain(layers[0]);
  });

  test('stay where they are if a client only asks for the manifest, or is pushing', async () => {
    const other = await imageWith(1000);
    const { digest, path } = await imageWith(1000);
    await expectStatus(await send(ADMIN, 'HEAD', path), 200);
    const known = { 'if-none-match': `"${digest}"` };
    await expectStatus(await send(ADMIN, 'GET', path, { headers: known }), 304);
    const pushing = { 'orlop-purpose': 'push' };
    await expectStatus(await send(ADMIN, 'GET', path, { headers: pushing }), 200);
    await pull(other.digest, other.path);
    await vi.waitFor(() => expect(asked()).toEqual(other.layers));
  });
});

test('a burst of pulls reads the object once', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(300_000));
  await Promise.all(Array.from({ length: 6 }, () => pull(digest)));
  expect(simulation.ran).toHaveLength(1);
});

test('a deployment and another data center find what was cached', async () => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  await pull(digest);
  Object.assign(simulation, { version: 'second', place: 'far' });
  await pull(digest);
  expect(simulation.ran).toHaveLength(1);
});

test('one object serves all images and users that have it', async () => {
  const bytes = freshBytes(1000);
  const digest = await pushBlob(REPOSITORY, bytes);
  await pushBlob('library/other', bytes);
  await pull(digest);
  await pull(digest, blobPath(digest, 'library/other'));
  expect(simulation.ran).toHaveLength(1);
});

describe('a cached blob of a private workspace', () => {
  async function cachedBlob() {
    const { workspace, project, developer } = await makePlace();
    const repository = `${workspace}/app`;
    const digest = await pushBlob(repository, freshBytes(1000), developer);
    const path = blobPath(digest, repository);
    await pull(digest, path, developer);
    return { project, path, digest, missing: blobPath(sha256('missing'), repository) };
  }

  test.each(['nobody', 'a stranger'])('is not there for %s', async (who) => {
    const { path, missing } = await cachedBlob();
    const other = who === 'nobody' ? ANONYMOUS : (await makeUser()).authorization;
    const { length } = simulation.asked;
    const [refused, unknown] = await Promise.all(
      [path, missing].map((each) => send(other, 'GET', each)),
    );
    expect(refused?.status).toBeGreaterThanOrEqual(401);
    expect(refused?.status).toBe(unknown?.status);
    expect(await refused?.text()).toBe(await unknown?.text());
    expect(simulation.asked).toHaveLength(length);
  });

  test('is not there for a user whose membership has ended', async () => {
    const { project, path, missing } = await cachedBlob();
    const user = await makeUser({ [project]: 'viewer' });
    await pull(path.split('/').at(-1) as string, path, user.authorization);
    await query('DELETE FROM members WHERE user_id = ?', user.id);
    const { length } = simulation.asked;
    const [refused, unknown] = await Promise.all(
      [path, missing].map((each) => send(user.authorization, 'GET', each)),
    );
    expect(refused?.status).toBe(403);
    expect(unknown?.status).toBe(403);
    expect(await refused?.text()).toBe(await unknown?.text());
    expect(simulation.asked).toHaveLength(length);
  });

  test('cannot be reached by its key', async () => {
    const { digest } = await cachedBlob();
    const key = await blobKey(digest);
    for (const path of [`/${key}`, `/objects/${key}`, `/v2/${key}`]) {
      expect([401, 404]).toContain((await send(ADMIN, 'GET', path)).status);
    }
  });
});

test('the entrypoint answers keys of objects, whole, and says which answers may be kept', async () => {
  const { ObjectsOrigin } = exports as unknown as { ObjectsOrigin: Fetcher };
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await ObjectsOrigin.fetch(`https://objects/${path}`, init as never);
    await response.body?.cancel();
    return [response.status, response.headers.get('cache-control')];
  };
  const key = await blobKey(digest);
  expect(await ask(key)).toEqual([200, 'public, max-age=31536000, immutable']);
  for (const path of ['', 'blobs/', `blobs/${crypto.randomUUID()}`, `x/${key}`, `${key}/`]) {
    expect(await ask(path)).toEqual([404, 'no-store']);
  }
  expect(await ask(key, { method: 'DELETE' })).toEqual([404, 'no-store']);
});

test('what is too large for the cache is not asked of it', async () => {
  const asked: string[] = [];
  const cache = openObjectCache({
    fetch: async ({ url }) => {
      asked.push(url);
      return new Response(null, { status: 404 });
    },
    purge: async () => true,
  });
  for (const size of [0, 512_000_000, 512_000_001]) await cache.open({ key: `of-${size}`, size });
  expect(asked).toEqual(['https://objects/of-512000000']);
});

test.each([
  ['the switch', { OBJECT_CACHE: 'off' }],
  ['a local disk', { OBJECT_CACHE: 'on', DISK: {} as Fetcher }],
])('with %s there is none', async (_, change) => {
  const digest = await pushBlob(REPOSITORY, freshBytes(1000));
  const response = await sendWith(change, 'GET', blobPath(digest));
  expect(sha256(new Uint8Array(await response.arrayBuffer()))).toBe(digest);
  expect(simulation.asked).toEqual([]);
});

test('a manifest in R2 is cached, one in the database is not asked for', async () => {
  const large = await pushLargeManifest(REPOSITORY);
  const path = `/v2/${REPOSITORY}/manifests/${large.digest}`;
  await pull(large.digest, path);
  await bindings.BUCKET.delete(large.key);
  await pull(large.digest, path);
  const ofManifests = () => simulation.ran.filter((path) => path.startsWith('/manifests/'));
  expect(ofManifests()).toEqual([`/${large.key}`]);
  const { digest } = await pushImage(REPOSITORY, 'small');
  await pull(digest, `/v2/${REPOSITORY}/manifests/${digest}`);
  expect(ofManifests()).toHaveLength(1);
});

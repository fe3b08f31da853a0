import { describe, expect, test, vi } from 'vitest';
import { imageText, sha256, TYPES, unique } from '../support/worker/content.ts';
import { bindings, bucketKeys, doomedKeys, imageId, query } from '../support/worker/database.ts';
import { type PushedImage, pushImage, putManifest, tagDigest } from '../support/worker/push.ts';
import {
  ADMIN,
  chunked,
  expectFault,
  expectStatus,
  send,
} from '../support/worker/registry-client.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const fresh = () => `library/${unique('sized')}`;

/** An image's manifest padded to a number of bytes. */
function grow(image: PushedImage, bytes: number, filler = 'x'): string {
  const empty = imageText(image.config, image.layers, { filler: '' });
  return imageText(image.config, image.layers, { filler: filler.repeat(bytes - empty.length) });
}

const manifestObjects = async () =>
  (await bucketKeys()).filter((key) => key.startsWith('manifests/'));

async function expectServed(repository: string, reference: string, text: string) {
  const path = `/v2/${repository}/manifests/${reference}`;
  const response = await expectStatus(await send(ADMIN, 'GET', path), 200);
  expect(response.headers.get('content-length')).toBe(String(text.length));
  expect(sha256(await response.text())).toBe(sha256(text));
  const head = await expectStatus(await send(ADMIN, 'HEAD', path), 200);
  expect(head.headers.get('content-length')).toBe(String(text.length));
}

describe('a manifest of 4 MiB', () => {
  test.each(['with', 'without'])('exactly is accepted, %s Content-Length', async (length) => {
    const repository = fresh();
    const text = grow(await pushImage(repository, null), 4 * MIB);
    expect(text.length).toBe(4 * MIB);
    const bytes = new TextEncoder().encode(text);
    const response = await send(ADMIN, 'PUT', `/v2/${repository}/manifests/v1`, {
      headers: { 'content-type': TYPES.image },
      body: length === 'with' ? bytes : chunked(bytes),
    });
    await expectStatus(response, 201);
    await expectServed(repository, 'v1', text);
  });

  test.each(['with', 'without'])('and one byte more is not, %s Content-Length', async (length) => {
    const repository = fresh();
    const bytes = new TextEncoder().encode(grow(await pushImage(repository, null), 4 * MIB + 1));
    const before = await manifestObjects();
    const response = await send(ADMIN, 'PUT', `/v2/${repository}/manifests/v1`, {
      headers: { 'content-type': TYPES.image },
      body: length === 'with' ? bytes : chunked(bytes),
    });
    await expectFault(response, 413, 'SIZE_INVALID');
    expect(await tagDigest(repository, 'v1')).toBeNull();
    expect(await manifestObjects()).toEqual(before);
  });
});

const KEY_OF_MANIFEST = 'SELECT content_key AS key FROM manifests WHERE digest = ?';

describe('a manifest over 512 KiB is an object of its own', () => {
  test.each([
    ['at the limit', 512 * KIB, 0],
    ['a byte over', 512 * KIB + 1, 1],
    ['far over', 3 * MIB, 1],
  ])('%s', async (_, size, objects) => {
    const repository = fresh();
    const text = grow(await pushImage(repository, null), size);
    const before = await manifestObjects();
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    expect((await manifestObjects()).length - before.length).toBe(objects);
    await expectServed(repository, 'v1', text);
    await expectServed(repository, sha256(text), text);
  });

  test('pushed twice, one object is served and the other is to be deleted', async () => {
    const repository = fresh();
    const text = grow(await pushImage(repository, null), MIB);
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    const keyOf = async () =>
      (await query<{ key: string }>(KEY_OF_MANIFEST, sha256(text))).map(({ key }) => key);
    const first = await keyOf();
    const [objects, doomed] = [await manifestObjects(), await doomedKeys()];
    await expectStatus(await putManifest(repository, 'v2', text), 201);
    const added = (await manifestObjects()).filter((key) => !objects.includes(key));
    expect(added).toHaveLength(1);
    expect(await keyOf()).toEqual(added);
    expect((await doomedKeys()).filter((key) => !doomed.includes(key))).toEqual(first);
    await expectServed(repository, 'v1', text);
    await expectServed(repository, 'v2', text);
  });

  test('one that is refused leaves no object', async () => {
    const [repository, elsewhere] = [fresh(), fresh()];
    const text = grow(await pushImage(elsewhere, null), MIB);
    const before = await manifestObjects();
    const response = await putManifest(repository, 'v1', text);
    await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
    expect(await manifestObjects()).toEqual(before);
  });

  test('one whose object is lost fails clearly, and HEAD still knows it', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const repository = fresh();
    const text = grow(await pushImage(repository, null), MIB);
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    const [row] = await query<{ key: string }>(
      'SELECT content_key AS key FROM manifests WHERE digest = ?',
      sha256(text),
    );
    await bindings.BUCKET.delete(row?.key ?? '');
    const path = `/v2/${repository}/manifests/v1`;
    await expectStatus(await send(ADMIN, 'HEAD', path), 200);
    const response = await send(ADMIN, 'GET', path);
    expect(response.status).toBe(500);
    expect(await response.text()).toContain('missing in the storage');
  });

  test('one whose object is lost is repaired by a push', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const repository = fresh();
    const text = grow(await pushImage(repository, null), MIB);
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    const [row] = await query<{ key: string }>(
      'SELECT content_key AS key FROM manifests WHERE digest = ?',
      sha256(text),
    );
    await bindings.BUCKET.delete(row?.key ?? '');
    await expectStatus(await send(ADMIN, 'GET', `/v2/${repository}/manifests/v1`), 500);
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    await expectServed(repository, 'v1', text);
  });

  test('non-ASCII text counts in bytes', async () => {
    const repository = fresh();
    const image = await pushImage(repository, null);
    const text = imageText(image.config, image.layers, { filler: '漢'.repeat(600 * KIB) });
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    const response = await send(ADMIN, 'GET', `/v2/${repository}/manifests/v1`);
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(sha256(await response.text())).toBe(sha256(text));
  });
});

test('a manifest of thirty thousand layers that all exist', async () => {
  const repository = fresh();
  const image = await pushImage(repository, null);
  const id = await imageId(repository);
  const layers = Array.from({ length: 30_000 }, (_, i) => ({
    mediaType: '',
    digest: `sha256:${i.toString(16).padStart(64, '0')}`,
    size: 0,
  }));
  for (let start = 0; start < layers.length; start += 10_000) {
    const digests = layers.slice(start, start + 10_000).map((layer) => layer.digest);
    const list = JSON.stringify(digests);
    await query(
      'INSERT INTO blobs (digest, key, size, created_at) SELECT value, value, 0, 0 FROM json_each(?)',
      list,
    );
    await query(
      `INSERT INTO image_blobs (blob_id, image_id, unused_since)
        SELECT b.id, ?, 0 FROM json_each(?) JOIN blobs AS b ON b.digest = value`,
      id,
      list,
    );
  }
  const text = imageText(image.config, layers);
  expect(text.length).toBeLessThan(4 * MIB);
  const bind = vi.spyOn(Object.getPrototypeOf(bindings.DB.prepare('SELECT 1')), 'bind');
  await expectStatus(await putManifest(repository, 'v1', text), 201);
  const lengths = bind.mock.calls.flat().map((value) => String(value).length);
  bind.mockRestore();
  // D1 takes values of 2 MB at most; the local one takes any.
  expect(lengths.length).toBeGreaterThan(10);
  expect(Math.max(...lengths)).toBeLessThan(2_000_000);
  await expectServed(repository, 'v1', text);
  const [count] = await query('SELECT count(*) AS n FROM manifest_blobs WHERE image_id = ?', id);
  // The image it was grown from has two of its own.
  expect(count).toEqual({ n: layers.length + 1 + 2 });
});

import { describe, expect, test } from 'vitest';
import { ADMIN, chunked, expectFault, expectStatus, send } from './support/client.ts';
import { imageText, sha256, TYPES, unique } from './support/content.ts';
import { bindings, bucketKeys, doomedKeys, query } from './support/database.ts';
import { type PushedImage, pushImage, putManifest, tagDigest } from './support/push.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const fresh = () => `library/${unique('sized')}`;

/** An image's manifest filled up to a number of bytes. */
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

  test.each(['with', 'without'])('and a byte is not, %s Content-Length', async (length) => {
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

describe('past 512 KiB a manifest is an object of its own', () => {
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

  test('pushed twice, one object serves and the other is doomed', async () => {
    const repository = fresh();
    const text = grow(await pushImage(repository, null), MIB);
    await expectStatus(await putManifest(repository, 'v1', text), 201);
    const [kept] = await query<{ key: string }>(
      'SELECT content_key AS key FROM manifests WHERE digest = ?',
      sha256(text),
    );
    const [objects, doomed] = [await manifestObjects(), await doomedKeys()];
    await expectStatus(await putManifest(repository, 'v2', text), 201);
    const added = (await manifestObjects()).filter((key) => !objects.includes(key));
    expect(added).toHaveLength(1);
    expect((await doomedKeys()).filter((key) => !doomed.includes(key))).toEqual(added);
    expect(await doomedKeys()).not.toContain(kept?.key);
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

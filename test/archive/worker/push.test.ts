import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { tarOf } from '../../support/clients/tar.ts';
import { unique } from '../../support/worker/content.ts';
import { Counter, readPulls } from '../../support/worker/pulls.ts';
import { tagDigest } from '../../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../../support/worker/registry-client.ts';
import { configOf, layerOf, sha256 } from '../support/content.ts';
import { newSave, oldSave } from '../support/docker-save.ts';
import {
  imageNode,
  indexNode,
  layoutOf,
  layoutOfOne,
  named,
  referrerNode,
} from '../support/layout.ts';
import { sha512Archive, sha512Node } from '../support/sha512.ts';
import { connect, type Disturb, pushArchive } from './support/registry.ts';

const fresh = () => `library/${unique('archive')}`;

async function get(path: string): Promise<Buffer> {
  const response = await expectStatus(await send(ADMIN, 'GET', path), 200);
  return Buffer.from(await response.arrayBuffer());
}

test.each([
  ['old', oldSave],
  ['of Docker 28', (image: Parameters<typeof newSave>[0]) => newSave(image, 28)],
  ['of Docker 25', (image: Parameters<typeof newSave>[0]) => newSave(image, 25)],
])('a docker save archive, %s, is pushed as docker push does it', async (_, save) => {
  const repository = fresh();
  const layers = [layerOf(unique('one')), layerOf(unique('two'), 5000)];
  const archive = tarOf(save({ tags: ['a:1'], layers }));
  const { digest, sent } = await pushArchive(archive, repository, connect());
  expect(sent).toBe(3);
  expect(await tagDigest(repository, 'v1')).toBe(digest);
  const text = (await get(`/v2/${repository}/manifests/v1`)).toString();
  const manifest = JSON.parse(text);
  expect(text).toBe(JSON.stringify(manifest, null, 3));
  expect(manifest.config.digest).toBe(sha256(configOf(layers)));
  const pulled = manifest.layers.map(async (layer: { digest: string }) =>
    sha256(gunzipSync(await get(`/v2/${repository}/blobs/${layer.digest}`))),
  );
  expect(await Promise.all(pulled)).toEqual(layers.map(({ diffId }) => diffId));
});

test('a push over a version that is there reads it, which is no pull', async () => {
  const repository = fresh();
  const layers = [layerOf(unique('one')), layerOf(unique('two'))];
  const { digest } = await pushArchive(
    tarOf(newSave({ tags: ['a:1'], layers })),
    repository,
    connect(),
  );
  const again = tarOf(newSave({ tags: ['a:2'], layers: [...layers, layerOf(unique('three'))] }));
  await pushArchive(again, repository, connect());
  const counter = await Counter.of(repository);
  await counter.waitForUses(digest);
  await counter.flush();
  expect(await readPulls(counter.imageId)).toMatchObject({ image: 0, manifests: {} });
});

test('an OCI archive of many platforms arrives byte for byte, with its referrers', async () => {
  const repository = fresh();
  const images = [imageNode([layerOf('amd')]), imageNode([layerOf('arm')], 'arm64')];
  const index = indexNode(images);
  const signature = referrerNode(index);
  const listed = [named(index, 'v1'), named(signature, '')];
  const archive = tarOf(layoutOf(listed, [...index.blobs, ...signature.blobs]));
  const { digest } = await pushArchive(archive, repository, connect());
  expect(digest).toBe(index.digest);
  expect(await get(`/v2/${repository}/manifests/v1`)).toEqual(index.bytes);
  const referrers = JSON.parse(
    (await get(`/v2/${repository}/referrers/${index.digest}`)).toString(),
  );
  expect(referrers.manifests.map((one: { digest: string }) => one.digest)).toEqual([
    signature.digest,
  ]);
});

test('blobs that the registry has are not sent again', async () => {
  const repository = fresh();
  const layers = [layerOf('again', 200_000)];
  const archives = [oldSave({ tags: [], layers }), layoutOfOne(imageNode(layers))];
  for (const archive of archives.map(tarOf)) {
    const first = await pushArchive(archive, repository, connect());
    const connection = connect();
    const second = await pushArchive(archive, repository, connection);
    expect(second).toEqual({ ...first, sent: 0, present: 2 });
    expect(connection.uploaded()).toEqual([]);
  }
});

test('blobs of another repository are mounted', async () => {
  const archive = tarOf(layoutOfOne(imageNode([layerOf('mounted', 3000)])));
  await pushArchive(archive, fresh(), connect());
  const connection = connect();
  const { sent } = await pushArchive(archive, fresh(), connection);
  expect(sent).toBe(0);
  expect(connection.uploaded()).toEqual([]);
});

test.each([
  [
    'uncompressed layers',
    (name: string) => oldSave({ tags: [], layers: [layerOf(name, 300_000)] }),
  ],
  ['compressed layers', (name: string) => layoutOfOne(imageNode([layerOf(name, 300_000)]))],
])('a large blob is sent in chunks: %s', async (name, make) => {
  const connection = connect();
  const archive = tarOf(make(name));
  const { digest } = await pushArchive(archive, fresh(), connection, { chunkBytes: 65_536 });
  const chunks = connection.uploaded();
  expect(Math.max(...chunks)).toBe(65_536);
  expect(chunks.length).toBeGreaterThan(4);
  const { digest: whole } = await pushArchive(archive, fresh(), connect());
  expect(digest).toBe(whole);
});

test('an image is pushed under several tags, by one request', async () => {
  const repository = fresh();
  const archive = tarOf(oldSave({ tags: [], layers: [layerOf(unique('tags'))] }));
  const connection = connect();
  const tags = ['1', '1.2', 'latest', '1'];
  const { digest } = await pushArchive(archive, repository, connection, {}, tags);
  const found = await Promise.all(tags.map((tag) => tagDigest(repository, tag)));
  expect(found).toEqual(tags.map(() => digest));
  const manifests = connection.seen.filter(
    ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
  );
  expect(manifests).toHaveLength(1);
});

/** A registry that ignores tags given as parameters. */
const withoutTagParameter: Disturb = async ({ method, path, pass }) => {
  if (method !== 'PUT' || !path.includes('?tag=')) return undefined;
  const answer = await pass();
  const headers = new Headers(answer.headers);
  headers.delete('oci-tag');
  return new Response(answer.body, { status: answer.status, headers });
};

test('a registry that does not set tags by parameter gets each by a request', async () => {
  const repository = fresh();
  const archive = tarOf(oldSave({ tags: [], layers: [layerOf(unique('each'))] }));
  const connection = connect(withoutTagParameter);
  await pushArchive(archive, repository, connection, {}, ['a', 'b']);
  const paths = connection.seen.filter(({ method }) => method === 'PUT').map(({ path }) => path);
  expect(paths.slice(-2)).toEqual([
    `/v2/${repository}/manifests/a`,
    `/v2/${repository}/manifests/b`,
  ]);
});

test('a layout by sha512 keeps its digests, and its tag has that of the manifest', async () => {
  const repository = fresh();
  const image = sha512Node([layerOf(unique('sha512'))]);
  const archive = sha512Archive(image);
  const { digest } = await pushArchive(archive, repository, connect());
  expect(digest).toBe(image.digest);
  expect(await tagDigest(repository, 'v1')).toBe(image.digest);
  expect(await get(`/v2/${repository}/manifests/${image.digest}`)).toEqual(image.bytes);
});

test('where a sha512 digest cannot be tagged, nothing is', async () => {
  const repository = fresh();
  const archive = sha512Archive(sha512Node([layerOf(unique('untagged'))]));
  const connection = connect(withoutTagParameter);
  // The registry of this test has set the tag; another one has not, and must not get it otherwise.
  await expect(pushArchive(archive, repository, connection)).rejects.toMatchObject({
    code: 'TAG_NOT_SET',
  });
  const byTag = connection.seen.filter(({ path }) => path.endsWith('/manifests/v1'));
  expect(byTag.map(({ method }) => method)).not.toContain('PUT');
});

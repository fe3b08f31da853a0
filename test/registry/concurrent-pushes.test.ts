import { expect, test } from 'vitest';
import { expectCountsRight } from '../storage/counts.ts';
import { freshBytes, indexText, sha256, TYPES, unique } from '../support/worker/content.ts';
import { bucketKeys, doomedKeys, imageId, query } from '../support/worker/database.ts';
import {
  beginUpload,
  pushBlob,
  pushImage,
  putManifest,
  tagDigest,
  withDigest,
} from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';
import { append, expectBlob } from '../support/worker/uploads.ts';

const fresh = () => `library/${unique('at-once')}`;
const times = <T>(count: number, work: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => work(i)));

test('the same blob, ten times into one new image: one row, one object that stays', async () => {
  const [repository, bytes] = [fresh(), freshBytes(5000)];
  const before = (await bucketKeys()).length;
  await times(10, () => pushBlob(repository, bytes));
  await expectBlob(repository, sha256(bytes), bytes);
  expect(await query('SELECT 1 FROM blobs WHERE digest = ?', sha256(bytes))).toHaveLength(1);
  expect((await bucketKeys()).length - before - (await doomedKeys()).length).toBe(1);
  await expectCountsRight();
});

test('the same blob by upload sessions, into many images', async () => {
  const bytes = freshBytes(5000);
  const repositories = Array.from({ length: 6 }, fresh);
  await times(6, async (i) => {
    const location = await append(await beginUpload(repositories[i] as string), bytes);
    await expectStatus(await send(ADMIN, 'PUT', withDigest(location, sha256(bytes))), 201);
  });
  for (const repository of repositories) await expectBlob(repository, sha256(bytes), bytes);
  await expectCountsRight();
});

test('one image pushed by many at once is stored once', async () => {
  const repository = fresh();
  const { text, digest } = await pushImage(repository, null);
  const answers = await times(8, () => putManifest(repository, 'v1', text));
  for (const answer of answers) await expectStatus(answer, 201);
  expect(await tagDigest(repository, 'v1')).toBe(digest);
  const history = await query(
    'SELECT 1 FROM tag_history WHERE image_id = ?',
    await imageId(repository),
  );
  expect(history).toHaveLength(1);
  await expectCountsRight();
});

test('different images under one tag: the tag is one of them, the others stay by digest', async () => {
  const repository = fresh();
  const images = [];
  for (let i = 0; i < 6; i++) images.push(await pushImage(repository, null));
  const answers = await Promise.all(images.map(({ text }) => putManifest(repository, 'v1', text)));
  for (const answer of answers) await expectStatus(answer, 201);
  const digests = images.map((image) => image.digest);
  expect(digests).toContain(await tagDigest(repository, 'v1'));
  for (const image of images) {
    const response = await send(ADMIN, 'GET', `/v2/${repository}/manifests/${image.digest}`);
    expect(await response.text()).toBe(image.text);
  }
  await expectCountsRight();
});

test('deleting a layer while a manifest that names it comes: one of the two is refused', async () => {
  for (let i = 0; i < 5; i++) {
    const repository = fresh();
    const image = await pushImage(repository, 'v1');
    const manifest = `/v2/${repository}/manifests/${image.digest}`;
    await expectStatus(await send(ADMIN, 'DELETE', manifest), 202);
    const layer = image.layers[0]?.digest;
    const [put, removal] = await Promise.all([
      putManifest(repository, 'v1', image.text),
      send(ADMIN, 'DELETE', `/v2/${repository}/blobs/${layer}`),
    ]);
    expect([
      [201, 409],
      [404, 202],
    ]).toContainEqual([put.status, removal.status]);
  }
  await expectCountsRight();
});

test('deleting a child while an index that lists it comes: one of the two is refused', async () => {
  for (let i = 0; i < 5; i++) {
    const repository = fresh();
    const image = await pushImage(repository, null);

    const [put, removal] = await Promise.all([
      putManifest(repository, 'all', indexText([image.descriptor]), {
        'content-type': TYPES.index,
      }),
      send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${image.digest}`),
    ]);
    expect([
      [201, 409],
      [404, 202],
    ]).toContainEqual([put.status, removal.status]);
  }
  await expectCountsRight();
});

test('forty repositories created at once all exist', async () => {
  const repositories = Array.from({ length: 40 }, fresh);
  await Promise.all(repositories.map((repository) => pushBlob(repository)));
  const ids = await Promise.all(repositories.map(imageId));
  expect(new Set(ids).size).toBe(40);
});

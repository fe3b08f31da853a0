/** What is attached to an image that clients push and delete by its digest. */
import { beforeEach, expect, test } from 'vitest';
import { sha256 } from '../support/worker/content.ts';
import { makePlace } from '../support/worker/people.ts';
import { pushImage, pushIndex, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';

let repository: string;

beforeEach(async () => {
  repository = `${(await makePlace()).workspace}/app`;
});

const tagOf = (digest: string) => `${digest.replace(':', '-').slice(0, 71)}.sig`;
const remove = (reference: string) =>
  send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${reference}`);

test('stays when the deletion is refused because an index lists the image', async () => {
  const child = await pushImage(repository, null);
  const subject = await pushImage(repository, null);
  const signature = await pushImage(repository, tagOf(child.digest));
  await pushIndex(repository, tagOf(subject.digest).replace('.sig', ''), [child.descriptor]);
  expect((await remove(child.digest)).status).toBe(409);
  expect(await tagDigest(repository, tagOf(child.digest))).toBe(signature.digest);
});

test('stays when the image is in the trash already', async () => {
  const image = await pushImage(repository, 'v1');
  await expectStatus(await remove(image.digest), 202);
  const late = await pushImage(repository, tagOf(image.digest));
  expect((await remove(image.digest)).status).toBe(404);
  expect(await tagDigest(repository, tagOf(image.digest))).toBe(late.digest);
});

test('comes back when the image is pushed again by its digest', async () => {
  const image = await pushImage(repository, null);
  const signature = await pushImage(repository, tagOf(image.digest));
  await expectStatus(await remove(image.digest), 202);
  expect(await tagDigest(repository, tagOf(image.digest))).toBeNull();
  await expectStatus(await putManifest(repository, sha256(image.text), image.text), 201);
  expect(await tagDigest(repository, tagOf(image.digest))).toBe(signature.digest);
});

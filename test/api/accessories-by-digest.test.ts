/** What is attached to an image that clients push and delete by its digest. */
import { beforeEach, expect, test } from 'vitest';
import { sha256, TYPES } from '../support/worker/content.ts';
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

test('to a part of an index comes back with it, by tag and by subject, however deep', async () => {
  const child = await pushImage(repository, null);
  const inner = await pushIndex(repository, null, [child.descriptor]);
  const index = await pushIndex(repository, 'all', [inner]);
  const fields = { subject: child.descriptor, artifactType: 'application/spdx+json' };
  const referrer = await pushImage(repository, null, { fields });
  const signature = await pushImage(repository, tagOf(child.digest));
  const ofReferrer = await pushImage(repository, tagOf(referrer.digest));
  const tagged = () =>
    Promise.all([child, referrer].map(({ digest }) => tagDigest(repository, tagOf(digest))));
  await expectStatus(await remove('all'), 202);
  await expectStatus(await remove(child.digest), 202);
  expect(await tagged()).toEqual([null, null]);
  await expectStatus(
    await putManifest(repository, 'again', index.text, { 'content-type': TYPES.index }),
    201,
  );
  expect(await tagged()).toEqual([signature.digest, ofReferrer.digest]);
  const path = `/v2/${repository}/referrers/${child.digest}`;
  const list = await (await expectStatus(await send(ADMIN, 'GET', path), 200)).json();
  expect(list).toMatchObject({ manifests: [{ digest: referrer.digest }] });
});

test('is not deleted while what it is attached to has a tag, if it is listed by it', async () => {
  const image = await pushImage(repository, 'v1');
  const child = await pushImage(repository, null);
  await pushIndex(repository, null, [child.descriptor], { subject: image.descriptor });
  expect((await remove(child.digest)).status).toBe(409);
  await expectStatus(await remove('v1'), 202);
  await expectStatus(await remove(child.digest), 202);
});

import { expect, test } from 'vitest';
import { freshBytes, UNKNOWN_DIGEST, unique } from '../support/worker/content.ts';
import { pushBlob, pushImage, putManifest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('blobs')}`;
const blob = (method: string, repository: string, digest: string) =>
  send(ADMIN, method, `/v2/${repository}/blobs/${digest}`);

test('a blob that no manifest names is deleted, and unknown afterwards', async () => {
  const repository = fresh();
  const digest = await pushBlob(repository);
  await expectStatus(await blob('DELETE', repository, digest), 202);
  await expectFault(await blob('GET', repository, digest), 404, 'BLOB_UNKNOWN');
  await expectStatus(await blob('HEAD', repository, digest), 404);
  await expectFault(await blob('DELETE', repository, digest), 404, 'BLOB_UNKNOWN');
});

test('a blob that a manifest names stays, and the refusal says which manifest', async () => {
  const repository = fresh();
  const image = await pushImage(repository, 'v1');
  for (const { digest } of [image.config, ...image.layers]) {
    const [fault] = await expectFault(await blob('DELETE', repository, digest), 409, 'DENIED');
    expect(fault?.message).toContain(image.digest);
    await expectStatus(await blob('GET', repository, digest), 200);
  }
});

test('a manifest in the trash keeps no blob; a push of it names what is missing', async () => {
  const repository = fresh();
  const bytes = freshBytes();
  const image = await pushImage(repository, 'v1', { layers: [bytes] });
  const digest = image.layers[0]?.digest ?? '';
  const manifest = `/v2/${repository}/manifests/${image.digest}`;
  await expectStatus(await send(ADMIN, 'DELETE', manifest), 202);
  await expectStatus(await blob('DELETE', repository, digest), 202);
  const response = await putManifest(repository, 'v1', image.text);
  const faults = await expectFault(response, 404, 'MANIFEST_BLOB_UNKNOWN');
  expect(faults.map((fault) => fault.detail)).toEqual([{ digest }]);
  await pushBlob(repository, bytes);
  await expectStatus(await putManifest(repository, 'v1', image.text), 201);
  await expectStatus(await blob('GET', repository, digest), 200);
});

test('the same blob in another image is not affected', async () => {
  const [one, two] = [fresh(), fresh()];
  const bytes = freshBytes();
  const digest = await pushBlob(one, bytes);
  await pushBlob(two, bytes);
  await expectStatus(await blob('DELETE', one, digest), 202);
  await expectFault(await blob('GET', one, digest), 404, 'BLOB_UNKNOWN');
  const response = await expectStatus(await blob('GET', two, digest), 200);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
});

test('a deleted blob can be pushed and mounted again', async () => {
  const [one, two] = [fresh(), fresh()];
  const bytes = freshBytes();
  const digest = await pushBlob(one, bytes);
  await pushBlob(two, bytes);
  await expectStatus(await blob('DELETE', one, digest), 202);
  const mount = `/v2/${one}/blobs/uploads/?mount=${digest}&from=${two}`;
  await expectStatus(await send(ADMIN, 'POST', mount), 201);
  await expectStatus(await blob('GET', one, digest), 200);
  await expectStatus(await blob('DELETE', one, digest), 202);
  await pushBlob(one, bytes);
  await expectStatus(await blob('GET', one, digest), 200);
});

test('a deleted blob cannot be mounted from its repository', async () => {
  const [one, two] = [fresh(), fresh()];
  const digest = await pushBlob(one);
  await expectStatus(await blob('DELETE', one, digest), 202);
  for (const parameters of [`?mount=${digest}&from=${one}`, `?mount=${digest}`]) {
    const response = await send(ADMIN, 'POST', `/v2/${two}/blobs/uploads/${parameters}`);
    await expectStatus(response, 202);
  }
});

test('a blob that was never pushed is BLOB_UNKNOWN', async () => {
  const repository = fresh();
  await expectFault(await blob('DELETE', repository, UNKNOWN_DIGEST), 404, 'BLOB_UNKNOWN');
  await pushBlob(repository);
  await expectFault(await blob('DELETE', repository, UNKNOWN_DIGEST), 404, 'BLOB_UNKNOWN');
});

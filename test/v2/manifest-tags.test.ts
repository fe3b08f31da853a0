import { describe, expect, test } from 'vitest';
import { TYPES, unique } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makePlace } from '../support/worker/people.ts';
import { pushImage, putManifest, tagDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const fresh = () => `library/${unique('tagged')}`;
const listOf = (header: string | null) => (header ?? '').split(/,\s*/).filter(Boolean).sort();
const asParameters = (tags: readonly string[]) => tags.map((tag) => `tag=${tag}`).join('&');

describe('tags given as parameters of a push by digest', () => {
  test.each([1, 2, 12, 100])('%i of them all point at the manifest', async (count) => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    const tags = Array.from({ length: count }, (_, i) => `t${i}`);
    const reference = `${digest}?${asParameters(tags)}`;
    const response = await expectStatus(await putManifest(repository, reference, text), 201);
    expect(listOf(response.headers.get('oci-tag'))).toEqual([...tags].sort());
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    const list = await send(ADMIN, 'GET', `/v2/${repository}/tags/list`);
    expect(await list.json()).toEqual({ name: repository, tags: [...tags].sort() });
    expect(await tagDigest(repository, `t${count - 1}`)).toBe(digest);
  });

  test('a tag given twice counts once', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    const response = await putManifest(repository, `${digest}?tag=a&tag=a`, text);
    expect(listOf((await expectStatus(response, 201)).headers.get('oci-tag'))).toEqual(['a']);
  });

  test('they move from another manifest', async () => {
    const repository = fresh();
    await pushImage(repository, 'v1');
    const { text, digest } = await pushImage(repository, null);
    await expectStatus(await putManifest(repository, `${digest}?tag=v1&tag=v2`, text), 201);
    expect(await tagDigest(repository, 'v1')).toBe(digest);
    expect(await tagDigest(repository, 'v2')).toBe(digest);
  });

  test('an invalid one refuses the push, and sets none of the others', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    const response = await putManifest(repository, `${digest}?tag=good&tag=-bad`, text);
    await expectFault(response, 400, 'NAME_INVALID');
    expect(await tagDigest(repository, 'good')).toBeNull();
  });

  test('101 of them are too many', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    const tags = Array.from({ length: 101 }, (_, i) => `t${i}`);
    const response = await putManifest(repository, `${digest}?${asParameters(tags)}`, text);
    await expectFault(response, 400, 'UNSUPPORTED');
  });

  test('a push by tag accepts none', async () => {
    const repository = fresh();
    const { text } = await pushImage(repository, null);
    await expectFault(await putManifest(repository, 'v1?tag=v2', text), 400, 'UNSUPPORTED');
    expect(await tagDigest(repository, 'v1')).toBeNull();
  });

  test('a push without them says nothing of tags', async () => {
    const repository = fresh();
    const { text, digest } = await pushImage(repository, null);
    const response = await putManifest(repository, digest, text);
    expect(response.headers.has('oci-tag')).toBe(false);
  });
});

test.each(['a', '_', '9', 'A.b_c-d', 'x'.repeat(128)])('%s is a tag', async (tag) => {
  const repository = fresh();
  const { digest } = await pushImage(repository, tag);
  expect(await tagDigest(repository, tag)).toBe(digest);
});

test.each(['.a', '-a', 'x'.repeat(129), 'a b', 'a$', 'é'])('%s is no tag', async (tag) => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const path = `/v2/library/tagged/manifests/${encodeURIComponent(tag)}`;
    const headers = { 'content-type': TYPES.image };
    const body = method === 'PUT' ? { body: '{}' } : {};
    await expectFault(await send(ADMIN, method, path, { headers, ...body }), 400, 'NAME_INVALID');
  }
});

test('every change of a tag is in its history, with who made it', async () => {
  const { workspace, developer, project } = await makePlace();
  const repository = `${workspace}/app`;
  const one = await pushImage(repository, 'v1', { who: developer });
  const two = await pushImage(repository, null, { who: developer });
  await putManifest(repository, 'v1', two.text, {}, ADMIN);
  await putManifest(repository, 'v1', two.text, {}, developer); // no change
  await expectStatus(await send(developer, 'DELETE', `/v2/${repository}/manifests/v1`), 202);
  await putManifest(repository, 'v1', one.text, {}, developer);
  await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${one.digest}`), 202);
  const rows = await query(
    `SELECT manifest_digest AS digest, changed_by AS who FROM tag_history
      WHERE image_id = ? AND tag = 'v1' ORDER BY id`,
    await imageId(repository),
  );
  expect(rows).toEqual([
    { digest: one.digest, who: `project-${project}` },
    { digest: two.digest, who: 'admin' },
    { digest: null, who: `project-${project}` },
    { digest: one.digest, who: `project-${project}` },
    { digest: null, who: 'admin' },
  ]);
});

/** If-Match and If-None-Match wherever a client can send them: honoured or refused. */
import { describe, expect, test } from 'vitest';
import { parseDigest } from '../../src/domain/digest.ts';
import { parseRepositoryName, parseTag } from '../../src/domain/names.ts';
import { deleteManifest } from '../../src/registry/manifests.ts';
import { openServices } from '../../src/services.ts';
import { findRepository } from '../../src/storage/workspaces/images.ts';
import { V2_ROUTES } from '../../src/v2/routes.ts';
import { sha256, UNKNOWN_DIGEST, unique } from '../support/worker/content.ts';
import { bindings } from '../support/worker/database.ts';
import { beginUpload, pushBlob, pushImage, tagDigest, withDigest } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const OTHER = `"${UNKNOWN_DIGEST}"`;
const REPOSITORY = 'library/conditions';

/** A new image with a tag, and where a manifest or a blob of it is. */
async function make() {
  const tag = unique('v');
  const image = await pushImage(REPOSITORY, tag);
  const blob = await pushBlob(REPOSITORY);
  return {
    'a manifest by tag': [`/v2/${REPOSITORY}/manifests/${tag}`, `"${image.digest}"`],
    'a manifest by digest': [`/v2/${REPOSITORY}/manifests/${image.digest}`, `"${image.digest}"`],
    'a blob': [`/v2/${REPOSITORY}/blobs/${blob}`, `"${blob}"`],
  } as const;
}

const THINGS = ['a manifest by tag', 'a manifest by digest', 'a blob'] as const;

describe.each(THINGS)('%s', (what) => {
  test.each([
    ['if-match', 'OWN', 200],
    ['if-match', '*', 200],
    ['if-match', `${OTHER}, OWN`, 200],
    ['if-match', OTHER, 412],
    ['if-match', 'W/OWN', 412],
    ['if-none-match', 'W/OWN', 304],
    ['if-none-match', OTHER, 200],
  ])('GET and HEAD with %s: %s → %i', async (name, value, status) => {
    const [path, etag] = (await make())[what];
    const headers = { [name]: value.replace('OWN', etag) };
    for (const method of ['GET', 'HEAD']) {
      const response = await send(ADMIN, method, path, { headers });
      expect([method, response.status]).toEqual([method, status]);
      if (status === 412 && method === 'GET') await expectFault(response, 412, 'DENIED');
      else await response.body?.cancel();
    }
  });

  test.each([
    ['if-match', 'OWN', 202],
    ['if-match', '*', 202],
    ['if-match', OTHER, 412],
    ['if-match', 'W/OWN', 412],
    ['if-none-match', OTHER, 202],
    ['if-none-match', 'OWN', 412],
    ['if-none-match', '*', 412],
  ])('DELETE with %s: %s → %i', async (name, value, status) => {
    const [path, etag] = (await make())[what];
    const headers = { [name]: value.replace('OWN', etag) };
    const response = await send(ADMIN, 'DELETE', path, { headers });
    if (status === 412) await expectFault(response, 412, 'DENIED');
    else await expectStatus(response, status);
    const left = await send(ADMIN, 'HEAD', path);
    expect(left.status).toBe(status === 412 ? 200 : 404);
  });

  test('that is not there is 404, whatever the preconditions say', async () => {
    const [path] = (await make())[what];
    const missing = path.replace(/[^/]+$/, what.endsWith('tag') ? 'missing' : UNKNOWN_DIGEST);
    for (const method of ['HEAD', 'DELETE']) {
      const headers = { 'if-match': OTHER };
      expect((await send(ADMIN, method, missing, { headers })).status).toBe(404);
    }
  });
});

test('of two deletions of what a tag pointed at, and a push between them, one is refused', async () => {
  const tag = unique('v');
  const path = `/v2/${REPOSITORY}/manifests/${tag}`;
  const first = await pushImage(REPOSITORY, tag);
  const second = await pushImage(REPOSITORY, tag);
  const headers = { 'if-match': `"${first.digest}"` };
  await expectFault(await send(ADMIN, 'DELETE', path, { headers }), 412, 'DENIED');
  expect(await tagDigest(REPOSITORY, tag)).toBe(second.digest);
});

test('a tag that moves between the evaluation and the deletion stays', async () => {
  const tag = parseTag(unique('v'));
  const first = await pushImage(REPOSITORY, tag);
  const second = await pushImage(REPOSITORY, tag);
  const services = openServices(bindings);
  const repository = await findRepository(services.db, parseRepositoryName(REPOSITORY));
  if (!repository) throw new Error('there is no repository');
  const context = { ...services, repository, actor: 'test', now: Date.now() };
  const deletion = (digest: string) =>
    deleteManifest(context, { kind: 'tag', tag }, parseDigest(digest));
  await expect(deletion(first.digest)).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
  expect(await tagDigest(REPOSITORY, tag)).toBe(second.digest);
  await deletion(second.digest);
  expect(await tagDigest(REPOSITORY, tag)).toBeNull();
});

/** The other addresses of the protocol, and what they answer without preconditions. */
async function addresses(): Promise<(readonly [method: string, path: string, status: number])[]> {
  await pushImage(REPOSITORY, 'v');
  const upload = await beginUpload(REPOSITORY);
  const image = `/v2/${REPOSITORY}`;
  return [
    ['GET', '/v2/', 200],
    ['GET', '/v2/_catalog', 200],
    ['GET', '/v2/token', 200],
    ['GET', `${image}/tags/list`, 200],
    ['GET', `${image}/referrers/${UNKNOWN_DIGEST}`, 200],
    ['GET', upload, 204],
    ['POST', `${image}/blobs/uploads/`, 202],
    ['PATCH', upload, 202],
    ['PUT', withDigest(upload, sha256('')), 201],
    ['DELETE', await beginUpload(REPOSITORY), 204],
  ];
}

test('every route is in these tables', () => {
  const tested = ['/:name{.+}/manifests/:reference', '/:name{.+}/blobs/:digest{(?!uploads$)[^/]+}'];
  const others = V2_ROUTES.filter(([, path]) => !tested.includes(path)).map(([method]) => method);
  // POST of a token takes a password: nothing else differs from POST of an upload.
  expect(others).toHaveLength(11);
});

test('addresses without an ETag: * names what is there, and nothing else does', async () => {
  const found: unknown[] = [];
  const expected: unknown[] = [];
  for (const [method, path, status] of await addresses()) {
    const isRead = method === 'GET';
    for (const [header, value, answer] of [
      ['if-match', OTHER, 412],
      ['if-match', 'other', isRead ? 412 : 400],
      ['if-none-match', '*', isRead ? 304 : 412],
      ['if-none-match', 'other', isRead ? status : 400],
      ['if-none-match', OTHER, null],
      ['if-match', '*', isRead ? status : null],
    ] as const) {
      // What changes something is let through once, at last.
      const headers = { [header]: value };
      if (answer === null && !isRead) continue;
      const response = await send(ADMIN, method, path, { headers });
      await response.body?.cancel();
      found.push([method, path, headers, response.status]);
      expected.push([method, path, headers, answer ?? status]);
    }
    if (isRead) continue;
    const headers = { 'if-match': '*', 'if-none-match': OTHER };
    const response = await send(ADMIN, method, path, { headers });
    found.push([method, path, headers, response.status]);
    expected.push([method, path, headers, status]);
  }
  expect(found).toEqual(expected);
});

test.each(THINGS)('%s is not deleted on a header that is no list of ETags', async (what) => {
  const [path] = (await make())[what];
  for (const name of ['if-match', 'if-none-match']) {
    for (const value of ['other', ',', '"a" "b"', UNKNOWN_DIGEST]) {
      const response = await send(ADMIN, 'DELETE', path, { headers: { [name]: value } });
      await expectFault(response, 400, 'UNSUPPORTED');
    }
  }
  await expectStatus(await send(ADMIN, 'HEAD', path), 200);
});

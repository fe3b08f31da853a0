import { beforeAll, describe, expect, test } from 'vitest';
import { freshBytes, sha256, UNKNOWN_DIGEST, unique } from '../support/worker/content.ts';
import { bucketKeys, imageId, query } from '../support/worker/database.ts';
import {
  makePlace,
  makeUser,
  makeWorkspace,
  trashImage,
  trashWorkspace,
} from '../support/worker/people.ts';
import { pushBlob, pushImage, withDigest } from '../support/worker/push.ts';
import {
  ADMIN,
  expectFault,
  expectStatus,
  send,
  type Who,
} from '../support/worker/registry-client.ts';
import { expectBlob, expectNoBlob } from '../support/worker/uploads.ts';

const bytes = freshBytes();
const digest = sha256(bytes);
let mine: Awaited<ReturnType<typeof makePlace>>;
let source: string;

beforeAll(async () => {
  mine = await makePlace();
  source = `${mine.workspace}/source`;
  await pushBlob(source, bytes, mine.developer);
});

const target = () => `${mine.workspace}/${unique('target')}`;
const mount = (repository: string, parameters: string, who: Who = mine.developer) =>
  send(who, 'POST', `/v2/${repository}/blobs/uploads/?mount=${parameters}`);

describe('a blob I may read is linked, and no byte moves', () => {
  test.each([
    ['from a repository', () => `${digest}&from=${source}`],
    ['from anywhere', () => digest],
  ])('%s', async (_, parameters) => {
    const repository = target();
    const before = await bucketKeys();
    const response = await expectStatus(await mount(repository, parameters()), 201);
    expect(response.headers.get('location')).toBe(`/v2/${repository}/blobs/${digest}`);
    expect(response.headers.get('docker-content-digest')).toBe(digest);
    expect(await bucketKeys()).toEqual(before);
    await expectBlob(repository, digest, bytes);
  });

  test('from itself', async () => {
    await expectStatus(await mount(source, `${digest}&from=${source}`), 201);
  });

  test("from another project's public workspace", async () => {
    const other = await makePlace('public');
    const there = `${other.workspace}/app`;
    const blob = await pushBlob(there, freshBytes(), other.developer);
    await expectStatus(await mount(target(), `${blob}&from=${there}`), 201);
    await expectStatus(await mount(target(), blob), 201);
  });
});

describe('a blob I may not read is neither linked nor revealed', () => {
  const hidden = freshBytes();
  let secret: string;

  beforeAll(async () => {
    const other = await makePlace();
    secret = `${other.workspace}/app`;
    await pushBlob(secret, hidden, other.developer);
  });

  test.each([
    ['from where it is', () => `${sha256(hidden)}&from=${secret}`],
    ['from anywhere', () => sha256(hidden)],
    ['from a readable repository that does not have it', () => `${sha256(hidden)}&from=${source}`],
    ['that nothing has', () => UNKNOWN_DIGEST],
    ['that nothing has, from somewhere', () => `${UNKNOWN_DIGEST}&from=${source}`],
    ['from an image that does not exist', () => `${digest}&from=${mine.workspace}/nothing`],
    ['from a workspace that does not exist', () => `${digest}&from=no-such-workspace/app`],
  ])('%s: an upload begins instead', async (_, parameters) => {
    const repository = target();
    const response = await expectStatus(await mount(repository, parameters()), 202);
    expect(await response.text()).toBe('');
    expect(response.headers.has('docker-content-digest')).toBe(false);
    const location = response.headers.get('location') ?? '';
    await expectNoBlob(repository, sha256(hidden));
    const put = await send(mine.developer, 'PUT', withDigest(location, digest), { body: bytes });
    await expectStatus(put, 201);
  });

  test('the answer for a hidden blob has the headers of the answer for an unknown one', async () => {
    const names = async (parameters: string) =>
      [...(await mount(target(), parameters)).headers.keys()].sort();
    const expected = await names(`${UNKNOWN_DIGEST}&from=${secret}`);
    expect(await names(`${sha256(hidden)}&from=${secret}`)).toEqual(expected);
    expect(await names(sha256(hidden))).toEqual(expected);
  });
});

test('where I may not push, a mount is refused', async () => {
  const viewer = await makeUser({ [mine.project]: 'viewer' });
  const response = await mount(target(), `${digest}&from=${source}`, viewer.authorization);
  await expectFault(response, 403, 'DENIED');
});

test('nothing is mounted from the trash', async () => {
  const repository = `${mine.workspace}/${unique('trashed')}`;
  const blob = await pushBlob(repository, freshBytes(), mine.developer);
  await trashImage(await imageId(repository));
  await expectStatus(await mount(target(), `${blob}&from=${repository}`), 202);
  await expectStatus(await mount(target(), blob), 202);
  const workspace = await makeWorkspace(mine.project);
  const other = await pushBlob(`${workspace}/app`, freshBytes(), mine.developer);
  await trashWorkspace(workspace);
  await expectStatus(await mount(target(), `${other}&from=${workspace}/app`), 202);
  await expectStatus(await mount(target(), other), 202);
});

describe('a mount that cannot be done is an upload, whatever is asked for', () => {
  const D = digest;

  test.each([
    ['a name of one part', 'alpine'],
    ['upper case', 'UPPER/x'],
    ['an empty part', 'a%2F%2Fb'],
    ['a host', 'localhost:5000/x'],
    ['a host and a name', 'docker.io/library/alpine'],
    ['nothing', ''],
    ['a place outside', '../../x'],
    ['a slash', '%2F'],
    ['a name of 300 characters', 'a'.repeat(300)],
    ['a zero byte', '%00'],
    ['no text', '%ff%fe'],
    ['letters of another script', '%E4%B8%AD/%E6%96%87'],
    ['two places', 'a/b&from=c/d'],
  ])('from %s', async (_, from) => {
    const repository = target();
    const response = await expectStatus(await mount(repository, `${D}&from=${from}`), 202);
    const location = response.headers.get('location') ?? '';
    const put = await send(mine.developer, 'PUT', withDigest(location, D), { body: bytes });
    await expectStatus(put, 201);
    await expectStatus(await mount(repository, `${D}&from=${from}`), 201);
  });

  test.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
    ['a tag', 'latest'],
    ['another algorithm', `sha384:${'0'.repeat(96)}`],
    ['a weak algorithm', `md5:${'0'.repeat(32)}`],
    ['too few digits', 'sha256:abc'],
    ['upper-case digits', `sha256:${'A'.repeat(64)}`],
    ['a digest without its blob', `sha256%3A${'0'.repeat(64)}`],
    ['two digests', `${D}&mount=${UNKNOWN_DIGEST}`],
  ])('of %s', async (_, what) => {
    await expectStatus(await mount(source, `${what}&from=${source}`), 202);
    await expectStatus(await mount(source, what), 202);
  });

  test('without a mount', async () => {
    const path = `/v2/${target()}/blobs/uploads/?from=${source}`;
    await expectStatus(await send(mine.developer, 'POST', path), 202);
  });
});

describe('a blob that the target has is there, wherever the client thinks it comes from', () => {
  test.each(['alpine', '', 'nobody/nothing', 'a/b&from=c/d'])('from "%s"', async (from) => {
    const response = await expectStatus(await mount(source, `${digest}&from=${from}`), 201);
    expect(response.headers.get('docker-content-digest')).toBe(digest);
  });

  test('unless it is damaged: then it is uploaded again', async () => {
    const repository = target();
    const blob = await pushBlob(repository, freshBytes(), mine.developer);
    await query('UPDATE blobs SET damaged_at = 1 WHERE digest = ?', blob);
    await expectStatus(await mount(repository, `${blob}&from=alpine`), 202);
    await expectStatus(await mount(repository, `${blob}&from=${repository}`), 202);
  });
});

test.each([
  ['the digest', () => `${digest}&mount=${digest}&from=${source}`],
  ['the place', () => `${digest}&from=${source}&from=${source}`],
])('%s may be given twice', async (_, parameters) => {
  await expectStatus(await mount(target(), parameters()), 201);
});

test('an image made of mounted blobs only is whole', async () => {
  const image = await pushImage(source, 'v1', { who: mine.developer });
  const repository = target();
  for (const blob of [image.config, ...image.layers]) {
    await expectStatus(await mount(repository, `${blob.digest}&from=${source}`), 201);
  }
  const put = await send(ADMIN, 'PUT', `/v2/${repository}/manifests/v1`, {
    headers: { 'content-type': image.descriptor.mediaType },
    body: image.text,
  });
  await expectStatus(put, 201);
});

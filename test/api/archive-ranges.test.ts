/** Parts of a download, and what is not sent again. */
import { beforeAll, expect, test } from 'vitest';
import { type Caller, signInAs } from '../support/worker/api-client.ts';
import { freshBytes } from '../support/worker/content.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { pushImage } from '../support/worker/push.ts';
import { archivePath, ask, expectRefusal, readBytes } from './support/archives.ts';

let workspace: string;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

let path: string;
let whole: Buffer;
let etag: string;

beforeAll(async () => {
  const repository = `${workspace}/parts`;
  await pushImage(repository, 'v1', { layers: [freshBytes(3000), freshBytes(70_000)] });
  path = archivePath(repository, 'v1');
  const response = await ask(viewer, path);
  etag = response.headers.get('etag') ?? '';
  whole = await readBytes(response);
});

test('any two ranges join to the whole', async () => {
  for (const size of [511, 4096, 33_333]) {
    const parts: Buffer[] = [];
    for (let start = 0; start < whole.length; start += size) {
      const range = `bytes=${start}-${start + size - 1}`;
      const response = await ask(viewer, path, { range, 'if-range': etag });
      const end = Math.min(start + size, whole.length) - 1;
      expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${whole.length}`);
      expect(response.headers.get('content-length')).toBe(String(end - start + 1));
      parts.push(await readBytes(response, 206));
    }
    expect(Buffer.concat(parts).equals(whole)).toBe(true);
  }
});

test('a suffix range returns the last bytes', async () => {
  const part = await readBytes(await ask(viewer, path, { range: 'bytes=-2000' }), 206);
  expect(part.equals(whole.subarray(-2000))).toBe(true);
});

test('a range after the end is refused with the size', async () => {
  const response = await ask(viewer, path, { range: `bytes=${whole.length}-` });
  expect(response.headers.get('content-range')).toBe(`bytes */${whole.length}`);
  await expectRefusal(response, 416, 'range-invalid');
});

test('an If-Range that does not match returns the whole archive', async () => {
  const headers = { range: 'bytes=10-', 'if-range': '"something else"' };
  expect((await readBytes(await ask(viewer, path, headers))).equals(whole)).toBe(true);
});

test('a matching If-None-Match returns 304', async () => {
  const response = await ask(viewer, path, { 'if-none-match': etag });
  expect((await readBytes(response, 304)).length).toBe(0);
});

test('HEAD returns size and ETag without a body', async () => {
  const response = await ask(viewer, path, {}, 'HEAD');
  expect(response.headers.get('content-length')).toBe(String(whole.length));
  expect(response.headers.get('etag')).toBe(etag);
  expect((await readBytes(response)).length).toBe(0);
});

test('another format, platform or content has another ETag', async () => {
  const repository = `${workspace}/other`;
  await pushImage(repository, 'v1');
  const tags = new Set([etag]);
  for (const query of ['', '?format=oci']) {
    const response = await ask(viewer, archivePath(repository, 'v1', query), {}, 'HEAD');
    tags.add(response.headers.get('etag') ?? '');
  }
  expect(tags.size).toBe(3);
});

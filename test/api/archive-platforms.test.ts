/** Which images of an index a download has. */
import { beforeAll, expect, test } from 'vitest';
import { type Caller, signInAs } from '../support/worker/api-client.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { type PushedImage, pushImage, pushIndex } from '../support/worker/push.ts';
import {
  archivePath,
  ask,
  blobPath,
  contentNames,
  digestsOf,
  expectDigests,
  expectRefusal,
  type Layout,
  readBytes,
  readJson,
  unpack,
} from './support/archives.ts';

let workspace: string;
let viewer: Caller;

beforeAll(async () => {
  const project = await makeProject();
  workspace = await makeWorkspace(project);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

let repository: string;
let images: Record<string, PushedImage>;
let digest: string;

const platform = (name: string) => {
  const [os, architecture, variant] = name.split('/');
  return { platform: { os, architecture, ...(variant ? { variant } : {}) } };
};

beforeAll(async () => {
  repository = `${workspace}/index`;
  images = {};
  const names = ['linux/arm64', 'linux/amd64', 'linux/arm/v6', 'linux/arm/v7', 'unknown/unknown'];
  for (const name of names) images[name] = await pushImage(repository, null);
  const children = names.map((name) => ({ ...images[name]?.descriptor, ...platform(name) }));
  ({ digest } = await pushIndex(repository, 'v1', children as never));
});

test.each([
  ['', 'linux/amd64'],
  ['?platform=linux/arm64', 'linux/arm64'],
  ['?platform=linux/arm64/v8', 'linux/arm64'],
  ['?platform=linux/arm', 'linux/arm/v7'],
  ['?platform=Linux/x86_64', 'linux/amd64'],
  ['?platform=linux/arm/v7', 'linux/arm/v7'],
  ['?format=oci&platform=linux/arm64', 'linux/arm64'],
])('%s gives the image for %s alone', async (query, name) => {
  const response = await ask(viewer, archivePath(repository, 'v1', query));
  const files = await unpack(await readBytes(response));
  expect(contentNames(files)).toEqual(digestsOf(images[name] as PushedImage));
  expect(readJson<Layout>(files, 'index.json').manifests[0]?.digest).toBe(images[name]?.digest);
});

test('between two builds of Windows one has to be named', async () => {
  const windows = `${workspace}/windows`;
  const builds = ['10.0.17763.1', '10.0.20348.1'];
  const pushes = builds.map(async (version) => ({
    ...(await pushImage(windows, null)).descriptor,
    platform: { os: 'windows', architecture: 'amd64', 'os.version': version },
  }));
  const children = await Promise.all(pushes);
  await pushIndex(windows, 'v1', children as never);
  const archive = (query: string) => ask(viewer, archivePath(windows, 'v1', query));
  const { field, title } = await expectRefusal(
    await archive('?platform=windows/amd64'),
    400,
    'field-invalid',
  );
  expect([field, title]).toEqual([
    'platform',
    expect.stringContaining('windows(10.0.17763.1)/amd64, windows(10.0.20348.1)/amd64'),
  ]);
  await expectRefusal(await archive(''), 400, 'field-invalid');
  const response = await archive('?platform=windows(10.0.20348.1)/amd64');
  expect(response.headers.get('content-disposition')).toContain(
    'v1_windows-10.0.20348.1-amd64.tar',
  );
  const files = await unpack(await readBytes(response));
  expect(readJson<Layout>(files, 'index.json').manifests[0]?.digest).toBe(children[1]?.digest);
});

test('the archive for oci has every image', async () => {
  const response = await ask(viewer, archivePath(repository, 'v1', '?format=oci'));
  const files = await unpack(await readBytes(response));
  const all = Object.values(images).flatMap(digestsOf);
  expect(contentNames(files)).toEqual([...all, blobPath(digest)].sort());
  expectDigests(files);
  expect(readJson<Layout>(files, 'index.json').manifests[0]?.digest).toBe(digest);
  expect(files.has('manifest.json')).toBe(false);
});

test('a missing platform is refused, and the error lists the existing ones', async () => {
  const response = await ask(viewer, archivePath(repository, 'v1', '?platform=linux/s390x'));
  const { field, title } = await expectRefusal(response, 400, 'field-invalid');
  expect(field).toBe('platform');
  expect(title).toContain('linux/arm64, linux/amd64, linux/arm/v6, linux/arm/v7');
});

test.each(['linux', 'linux/', 'linux/amd64/v1/x', 'a%20b/amd64', ''])(
  'the platform "%s" is none',
  async (text) => {
    const response = await ask(viewer, archivePath(repository, 'v1', `?platform=${text}`));
    expect((await expectRefusal(response, 400, 'field-invalid')).field).toBe('platform');
  },
);

test('without amd64, an only image is chosen, but none of two', async () => {
  const only = `${workspace}/only`;
  const first = await pushImage(only, null);
  const second = await pushImage(only, null);
  const one = { ...first.descriptor, ...platform('linux/arm64') };
  await pushIndex(only, 'one', [one]);
  await pushIndex(only, 'two', [one, { ...second.descriptor, ...platform('linux/s390x') }]);
  const files = await unpack(await readBytes(await ask(viewer, archivePath(only, 'one'))));
  expect(contentNames(files)).toEqual(digestsOf(first));
  await expectRefusal(await ask(viewer, archivePath(only, 'two')), 400, 'field-invalid');
});

test('manifests of more than 4 MiB together need a platform', async () => {
  const large = `${workspace}/large`;
  const fields = { annotations: { note: 'x'.repeat(500_000) } };
  const children = [];
  for (let n = 0; n < 9; n++) children.push(await pushImage(large, null, { fields }));
  const [one, ...others] = children.map(({ descriptor }) => descriptor);
  await pushIndex(large, 'v1', [{ ...one, ...platform('linux/amd64') } as never, ...others]);
  const all = await ask(viewer, archivePath(large, 'v1', '?format=oci'));
  await expectRefusal(all, 413, 'size-invalid');
  const query = '?format=oci&platform=linux/amd64';
  const chosen = await unpack(await readBytes(await ask(viewer, archivePath(large, 'v1', query))));
  expect(contentNames(chosen)).toEqual(digestsOf(children[0] as PushedImage));
});

import { beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller, type Problem, signInAs } from '../support/worker/api-client.ts';
import { describeBytes, freshBytes, imageText, sha256, TYPES } from '../support/worker/content.ts';
import { bindings, blobKey } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { Counter, readPulls } from '../support/worker/pulls.ts';
import {
  type PushedImage,
  pushBlob,
  pushImage,
  pushIndex,
  putManifest,
} from '../support/worker/push.ts';
import { expectStatus, ORIGIN } from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
import { archivePath, ask, blobPath, readBytes, readJson, unpack } from './support/archives.ts';

const HOST = new URL(ORIGIN).host;

interface Layout {
  readonly manifests: {
    readonly digest: string;
    readonly size: number;
    readonly annotations?: Record<string, string>;
  }[];
}

let project: number;
let workspace: string;
let viewer: Caller;

beforeAll(async () => {
  project = await makeProject();
  workspace = await makeWorkspace(project);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

async function expectProblem(response: Response, status: number, code: string): Promise<Problem> {
  const problem = (await response.json()) as Problem;
  expect([response.status, problem.code], problem.title).toEqual([status, code]);
  return problem;
}

/** Pushes an image under a fresh name. */
let serial = 0;
async function pushed(options: Parameters<typeof pushImage>[2] = {}) {
  const repository = `${workspace}/team/app-${++serial}`;
  return { repository, image: await pushImage(repository, 'v1', options) };
}

const digestsOf = ({ digest, config, layers }: PushedImage) =>
  [digest, config.digest, ...layers.map((layer) => layer.digest)].map(blobPath).sort();

const contentNames = (files: ReadonlyMap<string, Buffer>) =>
  [...files.keys()].filter((name) => name.startsWith('blobs/')).sort();

function expectDigests(files: ReadonlyMap<string, Buffer>): void {
  for (const name of contentNames(files)) {
    expect(blobPath(sha256(files.get(name) ?? ''))).toBe(name);
  }
}

describe('the archive for docker', () => {
  test('has the manifest, config and layers of the image, each under its digest', async () => {
    const layers = [freshBytes(1), freshBytes(512), freshBytes(100_000)];
    const { repository, image } = await pushed({ layers });
    const response = await ask(viewer, archivePath(repository, 'v1'));
    expect(response.headers.get('content-type')).toBe('application/x-tar');
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="${workspace}-team-app-${serial}_v1.tar"`,
    );
    const bytes = await readBytes(response);
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    const files = await unpack(bytes);
    expect(contentNames(files)).toEqual(digestsOf(image));
    expectDigests(files);
    expect(readJson(files, 'manifest.json')).toEqual([
      {
        Config: blobPath(image.config.digest),
        RepoTags: [`${HOST}/${repository}:v1`],
        Layers: image.layers.map(({ digest }) => blobPath(digest)),
      },
    ]);
  });

  test('is also an OCI image layout, which names the image', async () => {
    const { repository, image } = await pushed();
    const files = await unpack(await readBytes(await ask(viewer, archivePath(repository, 'v1'))));
    expect(readJson(files, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
    const { manifests } = readJson<Layout>(files, 'index.json');
    expect(manifests).toEqual([
      {
        mediaType: TYPES.image,
        digest: image.digest,
        size: image.text.length,
        annotations: {
          'io.containerd.image.name': `${HOST}/${repository}:v1`,
          'org.opencontainers.image.ref.name': 'v1',
        },
      },
    ]);
  });

  test('of an untagged manifest has no name', async () => {
    const { repository, image } = await pushed();
    const response = await ask(viewer, archivePath(repository, image.digest));
    const files = await unpack(await readBytes(response));
    expect(readJson<{ RepoTags: null }[]>(files, 'manifest.json')[0]?.RepoTags).toBeNull();
    expect(readJson<Layout>(files, 'index.json').manifests[0]?.annotations).toBeUndefined();
  });

  test('contains a repeated layer once', async () => {
    const layer = freshBytes();
    const { repository, image } = await pushed({ layers: [layer, freshBytes(), layer] });
    const files = await unpack(await readBytes(await ask(viewer, archivePath(repository, 'v1'))));
    expect(contentNames(files)).toEqual([...new Set(digestsOf(image))]);
    const [listed] = readJson<{ Layers: string[] }[]>(files, 'manifest.json');
    expect(listed?.Layers).toEqual(image.layers.map(({ digest }) => blobPath(digest)));
  });

  test('is refused for anything but an image', async () => {
    const repository = `${workspace}/artifact`;
    await pushBlob(repository, Buffer.from('{}'));
    const empty = { ...describeBytes('{}'), mediaType: 'application/vnd.oci.empty.v1+json' };
    await expectStatus(await putManifest(repository, 'v1', imageText(empty, [empty])), 201);
    const refused = await ask(viewer, archivePath(repository, 'v1'));
    expect((await expectProblem(refused, 400, 'field-invalid')).field).toBe('format');
    const files = await unpack(
      await readBytes(await ask(viewer, archivePath(repository, 'v1', '?format=oci'))),
    );
    expect(contentNames(files)).toContain(blobPath(empty.digest));
  });
});

describe('of an index', () => {
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
    const { field, title } = await expectProblem(
      await archive('?platform=windows/amd64'),
      400,
      'field-invalid',
    );
    expect([field, title]).toEqual([
      'platform',
      expect.stringContaining('windows(10.0.17763.1)/amd64, windows(10.0.20348.1)/amd64'),
    ]);
    await expectProblem(await archive(''), 400, 'field-invalid');
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
    const { field, title } = await expectProblem(response, 400, 'field-invalid');
    expect(field).toBe('platform');
    expect(title).toContain('linux/arm64, linux/amd64, linux/arm/v6, linux/arm/v7');
  });

  test.each(['linux', 'linux/', 'linux/amd64/v1/x', 'a%20b/amd64', ''])(
    'the platform "%s" is none',
    async (text) => {
      const response = await ask(viewer, archivePath(repository, 'v1', `?platform=${text}`));
      expect((await expectProblem(response, 400, 'field-invalid')).field).toBe('platform');
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
    await expectProblem(await ask(viewer, archivePath(only, 'two')), 400, 'field-invalid');
  });

  test('manifests of more than 4 MiB together need a platform', async () => {
    const large = `${workspace}/large`;
    const fields = { annotations: { note: 'x'.repeat(500_000) } };
    const children = [];
    for (let n = 0; n < 9; n++) children.push(await pushImage(large, null, { fields }));
    const [one, ...others] = children.map(({ descriptor }) => descriptor);
    await pushIndex(large, 'v1', [{ ...one, ...platform('linux/amd64') } as never, ...others]);
    const all = await ask(viewer, archivePath(large, 'v1', '?format=oci'));
    await expectProblem(all, 413, 'size-invalid');
    const query = '?format=oci&platform=linux/amd64';
    const chosen = await unpack(
      await readBytes(await ask(viewer, archivePath(large, 'v1', query))),
    );
    expect(contentNames(chosen)).toEqual(digestsOf(children[0] as PushedImage));
  });
});

describe('in parts', () => {
  let path: string;
  let whole: Buffer;
  let etag: string;

  beforeAll(async () => {
    const { repository } = await pushed({ layers: [freshBytes(3000), freshBytes(70_000)] });
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
    await expectProblem(response, 416, 'range-invalid');
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
    const { repository } = await pushed();
    const tags = new Set([etag]);
    for (const query of ['', '?format=oci']) {
      const response = await ask(viewer, archivePath(repository, 'v1', query), {}, 'HEAD');
      tags.add(response.headers.get('etag') ?? '');
    }
    expect(tags.size).toBe(3);
  });
});

describe('counts', () => {
  test('one pull for a download, even when resumed, and none for a HEAD or a 304', async () => {
    const { repository, image } = await pushed();
    const path = archivePath(repository, 'v1');
    const head = await ask(viewer, path, {}, 'HEAD');
    const etag = head.headers.get('etag') ?? '';
    await readBytes(await ask(viewer, path, { 'if-none-match': etag }), 304);
    await readBytes(await ask(viewer, path, { range: 'bytes=0-999' }), 206);
    await readBytes(await ask(viewer, path, { range: 'bytes=1000-' }), 206);
    await readBytes(await ask(viewer, path));
    const counter = await Counter.of(repository);
    await counter.waitFor(2);
    await counter.flush();
    expect((await readPulls(counter.imageId)).manifests).toEqual({ [image.digest]: 2 });
  });

  test('a download by digest even if the client has just pulled the index', async () => {
    const repository = `${workspace}/counted-index`;
    const child = await pushImage(repository, null);
    const { digest } = await pushIndex(repository, 'v1', [child.descriptor]);
    await readBytes(await ask(viewer, archivePath(repository, 'v1', '?format=oci')));
    await readBytes(await ask(viewer, archivePath(repository, child.digest)));
    await readBytes(await ask(viewer, archivePath(repository, digest, '?format=oci')));
    const counter = await Counter.of(repository);
    await counter.waitFor(3);
    await counter.flush();
    const { manifests } = await readPulls(counter.imageId);
    expect(manifests).toEqual({ [digest]: 2, [child.digest]: 1 });
  });
});

describe('an anonymous user', () => {
  test('downloads public content once anonymous pull is on, and nothing else', async () => {
    const open = `${await makeWorkspace(project, 'public')}/app`;
    await pushImage(open, 'v1');
    const { repository: closed } = await pushed();
    const read = (repository: string) => ask(ANONYMOUS, archivePath(repository, 'v1'));
    await storeAnonymousPull('false');
    await expectProblem(await read(open), 401, 'unauthorized');
    await storeAnonymousPull('true');
    expect((await unpack(await readBytes(await read(open)))).size).toBeGreaterThan(4);
    const hidden = await expectProblem(await read(closed), 401, 'unauthorized');
    const missing = await expectProblem(await read('nowhere/app'), 401, 'unauthorized');
    expect(hidden.title).toBe(missing.title);
    await storeAnonymousPull('false');
  });
});

describe('content lost in storage', () => {
  test('is refused before the download if known, or else ends it early', async () => {
    const layers = [freshBytes(5000)];
    const { repository, image } = await pushed({ layers });
    await bindings.BUCKET.delete(await blobKey(image.layers[0]?.digest ?? ''));
    const cut = await ask(viewer, archivePath(repository, 'v1'));
    expect(cut.status).toBe(200);
    await expect(cut.arrayBuffer()).rejects.toThrow();
    await expectProblem(await ask(viewer, archivePath(repository, 'v1')), 500, 'unknown');
  });

  test('is no error for a foreign layer, which was never stored: what has no room for it says why', async () => {
    const repository = `${workspace}/foreign`;
    const { config } = await pushImage(repository, 'other');
    const foreign = {
      ...describeBytes(freshBytes()),
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      urls: ['https://elsewhere.example/layer'],
    };
    await expectStatus(await putManifest(repository, 'v1', imageText(config, [foreign])), 201);
    const response = await ask(viewer, archivePath(repository, 'v1', '?format=oci'));
    expect(response.headers.get('orlop-layers-elsewhere')).toBe(foreign.digest);
    const files = await unpack(await readBytes(response));
    expect(contentNames(files)).not.toContain(blobPath(foreign.digest));
    const refused = await ask(viewer, archivePath(repository, 'v1'));
    const { field, title } = await expectProblem(refused, 400, 'field-invalid');
    expect([field, title]).toEqual(['format', expect.stringContaining(foreign.digest)]);
    expect(title).toContain(
      'is a foreign layer, whose license may forbid copies: https://elsewhere.example/layer',
    );
  });
});

import { beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Caller, signInAs } from '../support/worker/api-client.ts';
import { describeBytes, freshBytes, imageText, TYPES } from '../support/worker/content.ts';
import { bindings, blobKey } from '../support/worker/database.ts';
import { makeProject, makeUser, makeWorkspace } from '../support/worker/people.ts';
import { Counter, readPulls } from '../support/worker/pulls.ts';
import { pushBlob, pushImage, pushIndex, putManifest } from '../support/worker/push.ts';
import { expectStatus, ORIGIN } from '../support/worker/registry-client.ts';
import { storeAnonymousPull } from '../support/worker/settings.ts';
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

const HOST = new URL(ORIGIN).host;

let project: number;
let workspace: string;
let viewer: Caller;

beforeAll(async () => {
  project = await makeProject();
  workspace = await makeWorkspace(project);
  viewer = await signInAs(await makeUser({ [project]: 'viewer' }));
});

/** Pushes an image under a fresh name. */
let serial = 0;
async function pushed(options: Parameters<typeof pushImage>[2] = {}) {
  const repository = `${workspace}/team/app-${++serial}`;
  return { repository, image: await pushImage(repository, 'v1', options) };
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
    expect((await expectRefusal(refused, 400, 'field-invalid')).field).toBe('format');
    const files = await unpack(
      await readBytes(await ask(viewer, archivePath(repository, 'v1', '?format=oci'))),
    );
    expect(contentNames(files)).toContain(blobPath(empty.digest));
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
    await expectRefusal(await read(open), 401, 'unauthorized');
    await storeAnonymousPull('true');
    expect((await unpack(await readBytes(await read(open)))).size).toBeGreaterThan(4);
    const hidden = await expectRefusal(await read(closed), 401, 'unauthorized');
    const missing = await expectRefusal(await read('nowhere/app'), 401, 'unauthorized');
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
    await expectRefusal(await ask(viewer, archivePath(repository, 'v1')), 500, 'unknown');
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
    const { field, title } = await expectRefusal(refused, 400, 'field-invalid');
    expect([field, title]).toEqual(['format', expect.stringContaining(foreign.digest)]);
    expect(title).toContain(
      'is a foreign layer, whose license may forbid copies: https://elsewhere.example/layer',
    );
  });
});

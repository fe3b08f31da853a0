import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { EDGE_SIZES } from '../support/clients/bytes.ts';
import { type Image, type Index, imageOf, indexOf } from '../support/clients/images.ts';
import { killInTheMiddle } from '../support/clients/interrupt.ts';
import { layerOf, layerOfSize, type Packing } from '../support/clients/layers.ts';
import { layoutContents, layoutDigest, writeLayout } from '../support/clients/oci-layout.ts';
import { isUpload } from '../support/clients/proxy.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { run, start } from '../support/clients/run.ts';
import { throughProxy, useScratch, useServer } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describeWithTools('skopeo', ['skopeo'], () => {
  const server = useServer();
  const scratch = useScratch();

  test('pushes and pulls an image of twelve layers, packed in three ways', async () => {
    const packings: Packing[] = ['tar', 'gzip', 'zstd'];
    const layers = Array.from({ length: 12 }, (_, i) =>
      layerOf(packings[i % 3] as Packing, [{ name: `${i}`, bytes: Buffer.from(`skopeo ${i}`) }]),
    );
    await expectRoundTrip('library/skopeo-twelve', imageOf(layers));
  });

  test('pushes and pulls layers of every edge size', async () => {
    const layers = EDGE_SIZES.map((size) => layerOfSize('zstd', size, `skopeo-${size}`));
    await expectRoundTrip('library/skopeo-sizes', imageOf(layers));
  });

  test('pushes and pulls every platform of an index', async () => {
    const images = ['amd64', 'arm64', 's390x'].map((architecture) =>
      imageOf([layer('base'), layer(architecture)], { os: 'linux', architecture }),
    );
    await expectRoundTrip('library/skopeo-index', indexOf(images));
  });

  test('pushes in the Docker format, and pulls the digest that inspect shows', async () => {
    const dir = await layout('library/skopeo-docker', imageOf([layer('docker')]));
    const target = docker('skopeo-docker');
    await login(server.current.host);
    await skopeo(['copy', '--dest-tls-verify=false', '--format', 'v2s2', `oci:${dir}:v1`, target]);
    const [digest] = await remoteContents(server.current, 'library/skopeo-docker', 'v1');
    const shown = JSON.parse(await skopeo(['inspect', '--tls-verify=false', target]));
    expect(shown.Digest).toBe(digest);
    const raw = JSON.parse(await skopeo(['inspect', '--raw', '--tls-verify=false', target]));
    expect(raw.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
  });

  test('copies an image to another repository without sending its layers again', async () => {
    const image = imageOf([layerOfSize('gzip', 2 * MIB, 'skopeo-mount'), layer('mount')]);
    await throughProxy(server.current, {}, async ({ host, exchanges }) => {
      await push(host, 'library/skopeo-first', image);
      const before = exchanges.length;
      const [first, second] = [docker('skopeo-first', host), docker('skopeo-second', host)];
      const verify = ['--src-tls-verify=false', '--dest-tls-verify=false'];
      await skopeo(['copy', '--preserve-digests', ...verify, first, second]);
      const sizes = exchanges
        .slice(before)
        .filter(isUpload)
        .map(({ sent }) => sent);
      expect(sizes.filter((size) => size >= 2 * MIB)).toEqual([]);
    });
    const contents = await remoteContents(server.current, 'library/skopeo-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('pushes again after it was killed in the middle of a layer', async () => {
    const repository = 'library/skopeo-killed';
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'skopeo-killed')]);
    const dir = await layout(repository, image);
    const middle = { way: 'sent', bytes: 9 * MIB } as const;
    await killInTheMiddle(server.current, middle, async (host) => {
      await login(host);
      const target = docker('skopeo-killed', host);
      return start(toolPath('skopeo'), copyArgs(dir, target), { env: environment() });
    });
    for (const { digest } of image.blobs) {
      expect(await blobStatus(server.current, repository, digest)).toBe(404);
    }
    expect(await manifestStatus(server.current, repository, 'v1')).toBe(404);
    await expectRoundTrip(repository, image);
  });

  test('lists tags, and deletes an image with all of its tags', async () => {
    const repository = 'library/skopeo-delete';
    const image = imageOf([layer('delete')]);
    await push(server.current.host, repository, image);
    const untagged = `docker://${server.current.host}/${repository}`;
    const listed = await skopeo(['list-tags', '--tls-verify=false', untagged]);
    expect(JSON.parse(listed).Tags).toEqual(['v1']);
    await skopeo(['delete', '--tls-verify=false', docker('skopeo-delete')]);
    expect(await manifestStatus(server.current, repository, 'v1')).toBe(404);
    expect(await manifestStatus(server.current, repository, image.manifest.digest)).toBe(404);
  });

  /** Pushes the image, and finds the same digests at the registry and in a fresh pull. */
  async function expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    await push(server.current.host, repository, root);
    expect(await remoteContents(server.current, repository, 'v1')).toEqual(digestsOf(root));
    const pulled = scratch.current.path('pulled', repository);
    await mkdir(pulled, { recursive: true });
    const source = `docker://${server.current.host}/${repository}:v1`;
    const all = ['copy', '--all', '--preserve-digests', '--src-tls-verify=false'];
    await skopeo([...all, source, `oci:${pulled}:v1`]);
    expect(await layoutDigest(pulled)).toBe(root.manifest.digest);
    expect(await layoutContents(pulled, root)).toEqual(digestsOf(root));
  }

  async function push(host: string, repository: string, root: Image | Index): Promise<void> {
    const dir = await layout(repository, root);
    await login(host);
    await skopeo(copyArgs(dir, `docker://${host}/${repository}:v1`));
  }

  function layout(repository: string, root: Image | Index): Promise<string> {
    return writeLayout(scratch.current.path('pushed', repository), { v1: root });
  }

  function docker(image: string, host = server.current.host): string {
    return `docker://${host}/library/${image}:v1`;
  }

  async function login(host: string): Promise<void> {
    const { username, password } = server.current.credential;
    await skopeo(['login', '--tls-verify=false', '-u', username, '-p', password, host]);
  }

  function skopeo(args: string[]): Promise<string> {
    return run(toolPath('skopeo'), ['--insecure-policy', ...args], { env: environment() });
  }

  /** Keeps login and notes on blobs in the test's folder: notes go there for other users than root. */
  function environment() {
    const { path } = scratch.current;
    return {
      HOME: path('home'),
      XDG_DATA_HOME: path('data'),
      _CONTAINERS_ROOTLESS_UID: '1000',
      REGISTRY_AUTH_FILE: path('auth.json'),
    };
  }
});

function layer(name: string) {
  return layerOf('gzip', [{ name: 'name.txt', bytes: Buffer.from(`skopeo-${name}`) }]);
}

function copyArgs(dir: string, target: string): string[] {
  const options = ['--all', '--preserve-digests', '--dest-tls-verify=false'];
  return ['copy', ...options, `oci:${dir}:v1`, target];
}

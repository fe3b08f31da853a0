import { expect, test } from 'vitest';
import { EDGE_SIZES, randomBytes } from '../support/clients/bytes.ts';
import { artifactOf, type Image, type Index, imageOf, indexOf } from '../support/clients/images.ts';
import { blobOf, layerOf, layerOfSize, type Packing } from '../support/clients/layers.ts';
import { layoutContents, writeLayout } from '../support/clients/oci-layout.ts';
import type { Exchange } from '../support/clients/proxy.ts';
import { digestsOf, manifestStatus, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { throughProxy, useScratch, useServer } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describeWithTools('regctl', ['regctl'], () => {
  const server = useServer();
  const scratch = useScratch();

  test.each([5, 8])('pushes layers of every edge size in chunks of %i MiB', async (mib) => {
    const layers = EDGE_SIZES.map((size) => layerOfSize('gzip', size, `regctl-${mib}-${size}`));
    const image = imageOf(layers);
    await throughProxy(server.current, {}, async (proxy) => {
      await login(proxy.host, ['--blob-max', '1', '--blob-chunk', `${mib * MIB}`]);
      await push(proxy.host, `library/regctl-chunks-${mib}`, image);
      const largest = EDGE_SIZES[EDGE_SIZES.length - 1] as number;
      const chunks = chunkSizes(proxy.exchanges, largest);
      expect(chunks.length).toBeGreaterThan(1);
      expect(chunks.reduce((total, size) => total + size, 0)).toBe(largest);
    });
    await expectEverywhere(`library/regctl-chunks-${mib}`, image);
  });

  test('pushes layers of every edge size in one request each, of every packing', async () => {
    await login(server.current.host, ['--blob-max', '-1']);
    const packings: Packing[] = ['tar', 'gzip', 'zstd'];
    const layers = EDGE_SIZES.map((size, i) =>
      layerOfSize(packings[i % 3] as Packing, size, `regctl-whole-${size}`),
    );
    await expectRoundTrip('library/regctl-whole', imageOf(layers));
  });

  test.each(EDGE_SIZES)('pushes and pulls an artifact with a config of %i bytes', async (size) => {
    await login(server.current.host, []);
    const bytes = randomBytes(size, `regctl-config-${size}`);
    const config = blobOf('application/vnd.example.config', bytes);
    await expectRoundTrip(`library/regctl-config-${size}`, artifactOf(config, [layer('config')]));
  });

  test('pushes and pulls an index of four platforms', async () => {
    await login(server.current.host, []);
    const images = ['amd64', 'arm64', 'riscv64', 's390x'].map((architecture) =>
      imageOf([layer('shared'), layer(architecture)], { os: 'linux', architecture }),
    );
    await expectRoundTrip('library/regctl-index', indexOf(images));
  });

  test('pushes and pulls an image whose digests are all sha512', async () => {
    await login(server.current.host, []);
    const config = blobOf('application/vnd.example.config', Buffer.from('{}'), 'sha512');
    const layers = [10, 7 * MIB].map((size) =>
      blobOf('application/vnd.example.data', randomBytes(size, `regctl-512-${size}`), 'sha512'),
    );
    const image = artifactOf(config, layers, 'sha512');
    const ref = `@${image.manifest.digest}`;
    const dir = await writeLayout(scratch.current.path('pushed-512'), { v1: image });
    const repository = 'library/regctl-sha512';
    await copy(`ocidir://${dir}${ref}`, `${server.current.host}/${repository}${ref}`);
    const contents = await remoteContents(server.current, repository, image.manifest.digest);
    expect(contents).toEqual(digestsOf(image));
    const pulled = scratch.current.path('pulled-512');
    await copy(`${server.current.host}/${repository}${ref}`, `ocidir://${pulled}${ref}`);
    expect(await layoutContents(pulled, image)).toEqual(digestsOf(image));
  });

  test('deletes a tag, then the image by digest', async () => {
    await login(server.current.host, []);
    const repository = 'library/regctl-delete';
    const image = imageOf([layer('delete')]);
    const { digest } = image.manifest;
    await push(server.current.host, repository, image);
    await regctl(['tag', 'delete', `${server.current.host}/${repository}:v1`]);
    expect(await manifestStatus(server.current, repository, 'v1')).toBe(404);
    expect(await manifestStatus(server.current, repository, digest)).toBe(200);
    await regctl(['manifest', 'delete', `${server.current.host}/${repository}@${digest}`]);
    expect(await manifestStatus(server.current, repository, digest)).toBe(404);
  });

  async function expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    await push(server.current.host, repository, root);
    await expectEverywhere(repository, root);
  }

  /** Finds the same digests at the registry and in a fresh pull. */
  async function expectEverywhere(repository: string, root: Image | Index): Promise<void> {
    expect(await remoteContents(server.current, repository, 'v1')).toEqual(digestsOf(root));
    await login(server.current.host, []);
    const pulled = scratch.current.path('pulled', repository);
    await copy(`${server.current.host}/${repository}:v1`, `ocidir://${pulled}:v1`);
    expect(await layoutContents(pulled, root)).toEqual(digestsOf(root));
  }

  async function push(host: string, repository: string, root: Image | Index): Promise<void> {
    const dir = await writeLayout(scratch.current.path('pushed', repository), { v1: root });
    await copy(`ocidir://${dir}:v1`, `${host}/${repository}:v1`);
  }

  function copy(source: string, target: string): Promise<string> {
    return regctl(['image', 'copy', source, target]);
  }

  async function login(host: string, upload: string[]): Promise<void> {
    const { username, password } = server.current.credential;
    await regctl(['registry', 'set', host, '--skip-check', '--tls', 'disabled', ...upload]);
    await regctl(['registry', 'login', host, '-u', username, '--pass-stdin'], password);
  }

  function regctl(args: string[], input = ''): Promise<string> {
    const env = { HOME: scratch.current.path('home') };
    return run(toolPath('regctl'), args, { env, input });
  }
});

function layer(name: string) {
  return layerOf('gzip', [{ name: 'name.txt', bytes: Buffer.from(`regctl-${name}`) }]);
}

/** Body sizes of the chunks of the one upload that came to `total` bytes. */
function chunkSizes(exchanges: readonly Exchange[], total: number): number[] {
  const uploads = Map.groupBy(
    exchanges.filter(({ headers }) => headers['content-range']),
    ({ path }) => path.split('?')[0],
  );
  const sizes = [...uploads.values()].map((chunks) => chunks.map(({ sent }) => sent));
  return sizes.find((chunks) => chunks.reduce((sum, size) => sum + size, 0) === total) ?? [];
}

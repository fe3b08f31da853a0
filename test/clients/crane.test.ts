import { expect, test } from 'vitest';
import { EDGE_SIZES } from '../support/clients/bytes.ts';
import { type Image, type Index, imageOf, indexOf } from '../support/clients/images.ts';
import { layerOf, layerOfSize } from '../support/clients/layers.ts';
import { layoutContents, writeLayout } from '../support/clients/oci-layout.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { attempt, run } from '../support/clients/run.ts';
import { throughProxy, useScratch, useServer } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

describeWithTools('crane', ['crane'], () => {
  const server = useServer();
  const scratch = useScratch();

  test('pushes layers of every edge size in one stream each, and pulls them', async () => {
    const layers = EDGE_SIZES.map((size) => layerOfSize('gzip', size, `crane-${size}`));
    await expectRoundTrip('library/crane-sizes', imageOf(layers));
  });

  test('pushes and pulls an image for two platforms', async () => {
    const arm = imageOf([layer('arm')], { os: 'linux', architecture: 'arm64' });
    await expectRoundTrip('library/crane-index', indexOf([imageOf([layer('amd')]), arm]));
  });

  test('copies an image to another repository without sending its layers again', async () => {
    const image = imageOf([layerOfSize('gzip', 3_000_000, 'crane-mount')]);
    await push('library/crane-first', 'v1', image);
    await throughProxy(server.current, {}, async (proxy) => {
      await login(proxy.host);
      await crane(['copy', `${proxy.host}/library/crane-first:v1`, second(proxy.host)]);
      expect(proxy.uploads()).toEqual([]);
      const mounts = proxy.exchanges.filter(({ path }) => path.includes('mount='));
      expect(mounts.map(({ status }) => status)).toEqual([201, 201]);
    });
    const contents = await remoteContents(server.current, 'library/crane-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('deletes one tag and leaves the other tag of the same image', async () => {
    const repository = 'library/crane-untag';
    const image = imageOf([layer('untag')]);
    await push(repository, 'kept', image);
    await push(repository, 'dropped', image);
    expect(await tags(repository)).toEqual(['dropped', 'kept']);
    await crane(['delete', `${server.current.host}/${repository}:dropped`]);
    expect(await tags(repository)).toEqual(['kept']);
    expect(await manifestStatus(server.current, repository, 'dropped')).toBe(404);
    expect(await remoteContents(server.current, repository, 'kept')).toEqual(digestsOf(image));
  });

  test('deletes an image by digest, and every tag of it is gone', async () => {
    const repository = 'library/crane-delete';
    const { manifest } = await push(repository, 'a', imageOf([layer('delete')]));
    await crane(['tag', `${server.current.host}/${repository}:a`, 'b']);
    await crane(['delete', `${server.current.host}/${repository}@${manifest.digest}`]);
    for (const reference of ['a', 'b', manifest.digest]) {
      expect(await manifestStatus(server.current, repository, reference)).toBe(404);
    }
    const pull = ['pull', `${server.current.host}/${repository}:a`, scratch.current.path('gone')];
    const outcome = await attempt(toolPath('crane'), pull, { env: environment() });
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toContain('MANIFEST_UNKNOWN');
  });

  test('is refused with a wrong password and leaves nothing behind', async () => {
    const image = imageOf([layer('refused')]);
    const dir = await writeLayout(scratch.current.path('refused'), { v1: image });
    const env = { HOME: scratch.current.path('stranger') };
    const target = `${server.current.host}/library/crane-refused:v1`;
    const login = ['auth', 'login', server.current.host, '-u', 'admin', '-p', 'wrong'];
    await run(toolPath('crane'), login, { env });
    const outcome = await attempt(toolPath('crane'), ['push', dir, target], { env });
    expect(outcome.code).not.toBe(0);
    expect(outcome.stderr).toMatch(/unauthorized/i);
    expect(await manifestStatus(server.current, 'library/crane-refused', 'v1')).toBe(404);
    for (const { digest } of image.blobs) {
      expect(await blobStatus(server.current, 'library/crane-refused', digest)).toBe(404);
    }
  });

  /** Pushes the image, and finds the same digests at the registry and in a fresh pull. */
  async function expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    await push(repository, 'v1', root);
    expect(await remoteContents(server.current, repository, 'v1')).toEqual(digestsOf(root));
    const pulled = scratch.current.path('pulled', repository);
    await crane(['pull', '--format=oci', `${server.current.host}/${repository}:v1`, pulled]);
    expect(await layoutContents(pulled, root)).toEqual(digestsOf(root));
  }

  async function push<T extends Image | Index>(repository: string, tag: string, root: T) {
    await login(server.current.host);
    const dir = await writeLayout(scratch.current.path('pushed', repository, tag), { [tag]: root });
    const printed = await crane(['push', dir, `${server.current.host}/${repository}:${tag}`]);
    expect(printed).toContain(root.manifest.digest);
    return root;
  }

  async function tags(repository: string): Promise<string[]> {
    return (await crane(['ls', `${server.current.host}/${repository}`])).trim().split('\n').sort();
  }

  function login(host: string): Promise<string> {
    const { username, password } = server.current.credential;
    return crane(['auth', 'login', host, '-u', username, '-p', password]);
  }

  function crane(args: string[]): Promise<string> {
    return run(toolPath('crane'), args, { env: environment() });
  }

  function environment() {
    return { HOME: scratch.current.path('home') };
  }
});

function layer(name: string) {
  return layerOf('gzip', [{ name: 'name.txt', bytes: Buffer.from(`crane-${name}`) }]);
}

function second(host: string): string {
  return `${host}/library/crane-second:v1`;
}

import { expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { EDGE_SIZES } from '../support/clients/bytes.ts';
import { type Containerd, startContainerd } from '../support/clients/containerd.ts';
import { type Image, type Index, imageOf, indexOf } from '../support/clients/images.ts';
import { killInTheMiddle } from '../support/clients/interrupt.ts';
import { layerOf, layerOfSize } from '../support/clients/layers.ts';
import { writeArchive } from '../support/clients/oci-layout.ts';
import {
  blobStatus,
  digestsOf,
  manifestStatus,
  remoteContents,
} from '../support/clients/remote.ts';
import { hold, throughProxy, useServer } from '../support/clients/setup.ts';

const MIB = 1024 * 1024;
const REAL_SIZES = EDGE_SIZES.filter((size) => size > 65_536);

describeAsRoot('containerd', ['containerd', 'ctr'], () => {
  const server = useServer();
  const daemon = hold(startContainerd, (containerd: Containerd) => containerd.stop());

  test.each(['tar', 'gzip', 'zstd'] as const)(
    'pushes, pulls and unpacks %s layers around a part',
    async (packing) => {
      const layers = REAL_SIZES.map((size) => layerOfSize(packing, size, `ctr-${packing}-${size}`));
      await expectRoundTrip(`library/ctr-${packing}`, imageOf(layers));
    },
  );

  test('pushes, pulls and unpacks an image of twelve layers', async () => {
    const layers = Array.from({ length: 12 }, (_, i) => layer(`twelve-${i}`));
    await expectRoundTrip('library/ctr-twelve', imageOf(layers));
  });

  // A layer of nothing is left to other clients: ctr 1.6 itself panics on pushing one.
  test('pushes and fetches a layer of one byte', async () => {
    const image = imageOf([layerOfSize('tar', 1, 'ctr-byte')]);
    const ref = await push(server.current.host, 'library/ctr-byte', image);
    expect(await remoteContents(server.current, 'library/ctr-byte', 'v1')).toEqual(
      digestsOf(image),
    );
    await forget(ref, image);
    await ctr(['content', 'fetch', ...login(), ref]);
    expect(await stored(image)).toEqual(digestsOf(image));
  });

  test('pushes and pulls every platform of an index', async () => {
    const images = ['amd64', 'arm64', 's390x'].map((architecture) =>
      imageOf([layer(`index-${architecture}`)], { os: 'linux', architecture }),
    );
    await expectRoundTrip('library/ctr-index', indexOf(images));
  });

  test('pushes what it has pulled to another repository without sending the layers again', async () => {
    const image = imageOf([layerOfSize('gzip', 2 * MIB, 'ctr-mount')]);
    await throughProxy(server.current, {}, async ({ host, uploads }) => {
      const first = await push(host, 'library/ctr-first', image);
      await forget(first, image);
      await ctr(['images', 'pull', ...login(), first]);
      const before = uploads().length;
      const second = `${host}/library/ctr-second:v1`;
      await ctr(['images', 'tag', first, second]);
      await ctr(['images', 'push', ...login(), second]);
      expect(uploads().slice(before)).toEqual([]);
    });
    const contents = await remoteContents(server.current, 'library/ctr-second', 'v1');
    expect(contents).toEqual(digestsOf(image));
  });

  test('pushes again after it was killed in the middle of a layer', async () => {
    const repository = 'library/ctr-killed';
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'ctr-killed')]);
    const middle = { way: 'sent', bytes: 9 * MIB } as const;
    let target = '';
    await killInTheMiddle(server.current, middle, async (host) => {
      target = await importImage(`${host}/${repository}`, image);
      return daemon.current.start(['images', 'push', ...login(), target]);
    });
    await forget(target, image);
    expect(await blobStatus(server.current, repository, image.blobs[1]?.digest ?? '')).toBe(404);
    expect(await manifestStatus(server.current, repository, 'v1')).toBe(404);
    await expectRoundTrip(repository, image);
  });

  test('goes on with a pull that was killed, from the byte it had reached', async () => {
    const repository = 'library/ctr-resume';
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'ctr-resume')]);
    await forget(await push(server.current.host, repository, image), image);
    const middle = { way: 'received', bytes: 9 * MIB } as const;
    await killInTheMiddle(server.current, middle, async (host) =>
      daemon.current.start(['images', 'pull', ...login(), `${host}/${repository}:v1`]),
    );
    await throughProxy(server.current, {}, async ({ host, exchanges }) => {
      await ctr(['images', 'pull', ...login(), `${host}/${repository}:v1`]);
      const resumed = exchanges.filter(({ headers, status }) => headers.range && status === 206);
      expect(resumed.map(({ received }) => received < 20 * MIB)).toEqual([true]);
    });
    expect(await stored(image)).toEqual(digestsOf(image));
  });

  /** Pushes the image, and finds the same digests at the registry and after a fresh pull. */
  async function expectRoundTrip(repository: string, root: Image | Index): Promise<void> {
    const ref = await push(server.current.host, repository, root);
    expect(await remoteContents(server.current, repository, 'v1')).toEqual(digestsOf(root));
    await forget(ref, root);
    await ctr(['images', 'pull', '--all-platforms', ...login(), ref]);
    expect(await stored(root)).toEqual(digestsOf(root));
    const [line = ''] = (await ctr(['images', 'ls', `name==${ref}`])).trim().split('\n').slice(1);
    expect(line).toContain(root.manifest.digest);
  }

  async function push(host: string, repository: string, root: Image | Index): Promise<string> {
    const ref = await importImage(`${host}/${repository}`, root);
    await ctr(['images', 'push', ...login(), ref]);
    return ref;
  }

  async function importImage(name: string, root: Image | Index): Promise<string> {
    const archive = daemon.current.path(`${root.manifest.digest.slice(7, 20)}.tar`);
    await writeArchive(archive, { v1: root });
    const whole = ['--all-platforms', '--no-unpack', '--digests=false', '--base-name', name];
    await ctr(['images', 'import', ...whole, archive]);
    return `${name}:v1`;
  }

  /** Removes the image and all it consists of, so that a pull has to bring it again. */
  async function forget(ref: string, root: Image | Index): Promise<void> {
    await ctr(['images', 'rm', '--sync', ref]);
    expect(await stored(root)).toEqual([]);
  }

  /** Of the image's digests, those whose bytes containerd has: it has verified each of them. */
  async function stored(root: Image | Index): Promise<string[]> {
    const listed = await ctr(['content', 'ls', '--quiet']);
    const present = new Set(listed.split('\n'));
    return digestsOf(root).filter((digest) => present.has(digest));
  }

  function login(): string[] {
    const { username, password } = server.current.credential;
    return ['--plain-http', '--user', `${username}:${password}`];
  }

  function ctr(args: string[]): Promise<string> {
    return daemon.current.run(args);
  }
});

function layer(name: string) {
  return layerOf('gzip', [{ name: `${name}.txt`, bytes: Buffer.from(`ctr-${name}`) }]);
}

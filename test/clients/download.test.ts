/** Downloaded archives, loaded by the tools that users load them with. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { digestOf } from '../support/clients/bytes.ts';
import { type Containerd, startContainerd } from '../support/clients/containerd.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import { type Image, type Index, imageOf, indexOf } from '../support/clients/images.ts';
import { layerOf, layerOfSize, type Packing } from '../support/clients/layers.ts';
import { layoutContents, layoutDigest } from '../support/clients/oci-layout.ts';
import { pushImage } from '../support/clients/push-image.ts';
import { digestsOf, remoteContents } from '../support/clients/remote.ts';
import { attempt, run } from '../support/clients/run.ts';
import { hold, useScratch, useServer } from '../support/clients/setup.ts';
import { describeWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describe('a downloaded archive', () => {
  const server = useServer();
  const scratch = useScratch();

  describeAsRoot('docker loads', ['docker', 'dockerd', 'curl'], () => {
    const engine = hold(startDocker, (docker: Docker) => docker.stop());
    const docker = (args: string[]) => engine.current.run(args);

    // Debian's Docker knows no zstd.
    test.each(['tar', 'gzip'] as const)('an image of %s layers', async (packing) => {
      const image = imageOf([layer(packing, 'small'), layerOfSize(packing, 20 * MIB, packing)]);
      const repository = `library/load-${packing}`;
      await pushImage(server.current, repository, image);
      const printed = await docker(['load', '--input', await download(repository)]);
      const address = `${server.current.host}/${repository}:v1`;
      expect(printed).toContain(`Loaded image: ${address}`);
      const [shown] = JSON.parse(await docker(['image', 'inspect', address]));
      expect(shown.Id).toBe(image.blobs[0]?.digest);
      expect(shown.RootFS.Layers).toEqual(diffIds(image));
    });

    test('the requested platform of an index', async () => {
      const index = platforms('load-index');
      await pushImage(server.current, 'library/load-index', index);
      await docker(['load', '-i', await download('library/load-index', '?platform=linux/s390x')]);
      const address = `${server.current.host}/library/load-index:v1`;
      const [shown] = JSON.parse(await docker(['image', 'inspect', address]));
      expect([shown.Architecture, shown.Id]).toEqual(['s390x', index.images[2]?.blobs[0]?.digest]);
    });

    test('an image that has a layer twice', async () => {
      const twice = layer('gzip', 'twice');
      const image = imageOf([twice, layer('gzip', 'between'), twice]);
      await pushImage(server.current, 'library/load-twice', image);
      await docker(['load', '--input', await download('library/load-twice')]);
      const address = `${server.current.host}/library/load-twice:v1`;
      const [shown] = JSON.parse(await docker(['image', 'inspect', address]));
      expect(shown.RootFS.Layers).toEqual(diffIds(image));
    });
  });

  describeAsRoot('ctr imports', ['containerd', 'ctr', 'curl'], () => {
    const daemon = hold(startContainerd, (containerd: Containerd) => containerd.stop());

    test.each([
      ['docker', imageOf([layer('gzip', 'ctr'), layerOfSize('zstd', 7 * MIB, 'ctr')])],
      ['oci', platforms('ctr')],
    ] as const)('the one for %s', async (format, root) => {
      const repository = `library/import-${format}`;
      await pushImage(server.current, repository, root);
      const file = await download(repository, `?format=${format}`);
      await daemon.current.run(['images', 'import', '--all-platforms', '--no-unpack', file]);
      const listed = await daemon.current.run(['images', 'ls']);
      expect(listed).toMatch(
        new RegExp(`^${server.current.host}/${repository}:v1 .*${root.manifest.digest}`, 'm'),
      );
      const stored = await daemon.current.run(['content', 'ls', '--quiet']);
      expect(stored.split('\n')).toEqual(expect.arrayContaining(digestsOf(root)));
    });
  });

  describeWithTools('skopeo copies', ['skopeo', 'curl'], () => {
    test.each(['docker', 'oci'])(
      'the one for %s as a layout, digests unchanged',
      async (format) => {
        const image = imageOf([layer('gzip', 'skopeo'), layerOfSize('gzip', 7 * MIB, 'skopeo')]);
        await pushImage(server.current, `library/copy-${format}`, image);
        const file = await download(`library/copy-${format}`, `?format=${format}`);
        const dir = scratch.current.path(`copied-${format}`);
        await mkdir(dir);
        await skopeo(['copy', '--preserve-digests', `oci-archive:${file}:v1`, `oci:${dir}:v1`]);
        expect(await layoutDigest(dir)).toBe(image.manifest.digest);
        expect(await layoutContents(dir, image)).toEqual(digestsOf(image));
      },
    );

    test('the one for docker as docker-archive, under its name', async () => {
      const image = imageOf([layer('gzip', 'archive'), layer('tar', 'archive')]);
      await pushImage(server.current, 'library/docker-archive', image);
      const file = await download('library/docker-archive');
      const name = `${server.current.host}/library/docker-archive:v1`;
      const shown = await skopeo([
        'inspect',
        '--config',
        '--raw',
        `docker-archive:${file}:${name}`,
      ]);
      expect(digestOf(Buffer.from(shown))).toBe(image.blobs[0]?.digest);
    });

    test('an index with every platform back into a registry, digests unchanged', async () => {
      const index = platforms('back');
      await pushImage(server.current, 'library/back', index);
      const file = await download('library/back', '?format=oci');
      const target = `docker://${server.current.host}/library/back-again:v1`;
      const { username, password } = server.current.credential;
      const login = ['--dest-creds', `${username}:${password}`, '--dest-tls-verify=false'];
      const all = ['copy', '--all', '--preserve-digests', ...login];
      await skopeo([...all, `oci-archive:${file}:v1`, target]);
      const contents = await remoteContents(server.current, 'library/back-again', 'v1');
      expect(contents).toEqual(digestsOf(index));
    });

    const skopeo = (args: string[]) =>
      run(toolPath('skopeo'), ['--insecure-policy', ...args], {
        env: { HOME: scratch.current.dir },
      });
  });

  describeWithTools('curl', ['curl'], () => {
    test('joins pieces, and continues what was cut off, to the same file', async () => {
      const image = imageOf([layerOfSize('gzip', 20 * MIB, 'curl')]);
      await pushImage(server.current, 'library/curl', image);
      const whole = await readFile(await download('library/curl'));
      const pieces: Buffer[] = [];
      const size = Math.ceil(whole.length / 4);
      for (let start = 0; start < whole.length; start += size) {
        const range = `${start}-${start + size - 1}`;
        pieces.push(await readFile(await download('library/curl', '', ['--range', range])));
      }
      expect(Buffer.concat(pieces).equals(whole)).toBe(true);
      const file = scratch.current.path('resumed.tar');
      await writeFile(file, whole.subarray(0, 9 * MIB));
      await curl('library/curl', '', file, ['--continue-at', '-']);
      expect((await readFile(file)).equals(whole)).toBe(true);
    });
  });

  let files = 0;

  /** Downloads with the project's credential; returns the file's path. */
  async function download(repository: string, query = '', args: string[] = []): Promise<string> {
    const file = scratch.current.path(`${++files}.tar`);
    const { code, stderr } = await curl(repository, query, file, args);
    if (code !== 0) throw new Error(`curl ended with ${code}: ${stderr}`);
    return file;
  }

  function curl(repository: string, query: string, file: string, args: string[]) {
    const { origin, credential } = server.current;
    const [workspace, image] = repository.split('/');
    const path = `/api/v1/workspaces/${workspace}/images/${image}/versions/v1/archive${query}`;
    const user = `${credential.username}:${credential.password}`;
    const quiet = ['--silent', '--show-error', '--fail', '--user', user];
    return attempt(toolPath('curl'), [...quiet, '--output', file, ...args, `${origin}${path}`]);
  }
});

function layer(packing: Packing, name: string) {
  return layerOf(packing, [{ name: `${name}.txt`, bytes: Buffer.from(`download-${name}`) }]);
}

function platforms(name: string): Index {
  const images = ['amd64', 'arm64', 's390x'].map((architecture) =>
    imageOf([layer('gzip', `${name}-${architecture}`)], { os: 'linux', architecture }),
  );
  return indexOf(images);
}

function diffIds(image: Image): string[] {
  const config = JSON.parse(Buffer.from(image.blobs[0]?.bytes ?? []).toString());
  return config.rootfs.diff_ids;
}

import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { PART, randomBytes } from '../support/clients/bytes.ts';
import { writeDockerArchive } from '../support/clients/docker-archive.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import type { Platform } from '../support/clients/images.ts';
import { killInTheMiddle } from '../support/clients/interrupt.ts';
import { type Layer, layerOf } from '../support/clients/layers.ts';
import type { Exchange } from '../support/clients/proxy.ts';
import { manifestStatus, remoteContents } from '../support/clients/remote.ts';
import { hold, throughProxy, useServer } from '../support/clients/setup.ts';
import { tarOf } from '../support/clients/tar.ts';

const MIB = 1024 * 1024;

describeAsRoot('docker', ['docker', 'dockerd'], () => {
  const server = useServer();
  const engine = hold(startDocker, (docker: Docker) => docker.stop());

  test('logs in with what npm start printed, pushes an imported image and pulls it', async () => {
    const target = `${server.current.host}/library/docker-one:v1`;
    const bytes = randomBytes(2 * PART, 'docker-one');
    const id = await docker(['import', '-', target], tarOf([{ name: 'one.bin', bytes }]));
    await expectRoundTrip('library/docker-one', id);
  });

  test('pushes and pulls an image of twelve layers', async () => {
    const sizes = [0, 1, 100, 1000, PART - 1, PART, PART + 1, 10, 20, 30, 40, 4 * PART];
    const layers = sizes.map((size, i) => layer(`twelve-${i}`, size));
    await expectRoundTrip('library/docker-twelve', await load('library/docker-twelve', layers));
  });

  test('builds an image from nothing, pushes it and pulls it', async () => {
    const dir = engine.current.path('context');
    await mkdir(dir, { recursive: true });
    await writeFile(`${dir}/Dockerfile`, 'FROM scratch\nCOPY note.txt /\nENV LANG=C\nCMD ["/x"]\n');
    await writeFile(`${dir}/note.txt`, 'from docker');
    const target = `${server.current.host}/library/docker-built:v1`;
    const id = await docker(['build', '--quiet', '--tag', target, dir]);
    await expectRoundTrip('library/docker-built', id);
  });

  test('pushes five layers at once', async () => {
    const repository = 'library/docker-parallel';
    const layers = Array.from({ length: 5 }, (_, i) => layer(`parallel-${i}`, PART + i));
    const { before, most } = fiveTogether();
    const id = await throughProxy(server.current, { before }, async ({ host }) => {
      const loaded = await load(repository, layers, { host });
      await push(repository, host);
      return loaded;
    });
    expect(most()).toBe(5);
    await docker(['tag', id, `${server.current.host}/${repository}:v1`]);
    await expectRoundTrip(repository, id);
  });

  test('pushes to another repository without sending the layers again', async () => {
    await throughProxy(server.current, {}, async ({ host, uploads }) => {
      const id = await load('library/docker-first', [layer('mount', 2 * MIB)], { host });
      await push('library/docker-first', host);
      const before = uploads().length;
      await docker(['tag', id, `${host}/library/docker-second:v1`]);
      const printed = await push('library/docker-second', host);
      expect(printed).toContain('Mounted from library/docker-first');
      const large = uploads()
        .slice(before)
        .filter(({ sent }) => sent >= MIB);
      expect(large).toEqual([]);
    });
    const first = await remoteContents(server.current, 'library/docker-first', 'v1');
    expect(await remoteContents(server.current, 'library/docker-second', 'v1')).toEqual(first);
  });

  test('pushes again after it was killed in the middle of a layer', async () => {
    const repository = 'library/docker-killed';
    const id = await load(repository, [layer('killed', 20 * MIB)]);
    await killInTheMiddle(server.current, { way: 'sent', bytes: 9 * MIB }, async (host) => {
      await login(host);
      await docker(['tag', id, `${host}/${repository}:v1`]);
      return engine.current.start(['push', `${host}/${repository}:v1`]);
    });
    expect(await manifestStatus(server.current, repository, 'v1')).toBe(404);
    await expectRoundTrip(repository, id);
  });

  test('pushes a manifest list, and pulls each platform of it', async () => {
    const repository = 'library/docker-list';
    const name = `${server.current.host}/${repository}`;
    const ids = { amd64: '', arm64: '' };
    for (const arch of ['amd64', 'arm64'] as const) {
      const platform = { os: 'linux', architecture: arch };
      ids[arch] = await load(repository, [layer(`list-${arch}`, 10)], { tag: arch, platform });
      await push(repository, server.current.host, arch);
    }
    const parts = [`${name}:amd64`, `${name}:arm64`];
    await docker(['manifest', 'create', '--insecure', `${name}:v1`, ...parts]);
    const digest = (await docker(['manifest', 'push', '--insecure', `${name}:v1`])).trim();
    const contents = await remoteContents(server.current, repository, 'v1');
    expect(contents[0]).toBe(digest);
    for (const arch of ['amd64', 'arm64'] as const) {
      await docker(['image', 'rm', '--force', ids[arch]]);
      await docker(['pull', '--platform', `linux/${arch}`, `${name}:v1`]);
      expect(await imageId(`${name}:v1`)).toBe(ids[arch]);
    }
  });

  /** Pushes the tagged image, and finds the same digests at the registry and after a fresh pull. */
  async function expectRoundTrip(repository: string, id: string): Promise<void> {
    const target = `${server.current.host}/${repository}:v1`;
    await docker(['tag', id.trim(), target]);
    const printed = await push(repository, server.current.host);
    const [manifest = '', config] = await remoteContents(server.current, repository, 'v1');
    expect(printed).toContain(manifest);
    expect(config).toBe(id.trim());
    await docker(['image', 'rm', '--force', id.trim()]);
    expect(await docker(['pull', target])).toContain(manifest);
    expect(await imageId(target)).toBe(config);
  }

  async function push(repository: string, host: string, tag = 'v1'): Promise<string> {
    await login(host);
    return docker(['push', `${host}/${repository}:${tag}`]);
  }

  /** Loads an image of the layers, under the tag `v1` unless told, and returns its ID. */
  async function load(repository: string, layers: Layer[], options: LoadOptions = {}) {
    const { host = server.current.host, tag = 'v1', platform } = options;
    const archive = engine.current.path('archive.tar');
    const id = await writeDockerArchive(archive, `${host}/${repository}:${tag}`, layers, platform);
    await docker(['load', '--input', archive]);
    return id;
  }

  async function imageId(image: string): Promise<string> {
    return (await docker(['image', 'inspect', '--format', '{{.Id}}', image])).trim();
  }

  async function login(host: string): Promise<void> {
    const { username, password } = server.current.credential;
    await docker(['login', '--username', username, '--password-stdin', host], password);
  }

  function docker(args: string[], input?: string | Uint8Array): Promise<string> {
    return engine.current.run(args, input);
  }
});

interface LoadOptions {
  host?: string;
  tag?: string;
  platform?: Platform;
}

function layer(name: string, size: number): Layer {
  const bytes = randomBytes(size, `docker-${name}`);
  return layerOf('tar', [{ name: `${name}.bin`, bytes }]);
}

/** Holds uploads back until five wait together, half a minute at most; `most` is how many did. */
function fiveTogether() {
  const together = Promise.withResolvers<void>();
  const patience = sleep(30_000, undefined, { ref: false });
  let [waiting, most] = [0, 0];
  const before = async ({ method }: Exchange) => {
    if (method !== 'PATCH') return;
    waiting += 1;
    most = Math.max(most, waiting);
    if (waiting === 5) together.resolve();
    await Promise.race([together.promise, patience]);
    waiting -= 1;
  };
  return { before, most: () => most };
}

import { globSync, readlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { usePlace } from '../support/clients/archive-push.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { digestOf, randomBytes } from '../support/clients/bytes.ts';
import { writeDockerArchive } from '../support/clients/docker-archive.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import { imageOf } from '../support/clients/images.ts';
import { type Layer, layerOf } from '../support/clients/layers.ts';
import { writeLayout } from '../support/clients/oci-layout.ts';
import { orlopIn } from '../support/clients/orlop.ts';
import { expectPushPastLimit, SMALL_EDGE } from '../support/clients/past-limit.ts';
import type { Exchange } from '../support/clients/proxy.ts';
import { manifestStatus, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { hold, throughProxy } from '../support/clients/setup.ts';
import { testWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describe('orlop push', () => {
  const place = usePlace();
  const file = (name: string) => place.current.file(name);
  const address = (repository: string) => place.current.address(repository);
  const push = (archive: string, repository: string) => place.current.push(archive, repository);

  test.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('an archive packed by %s is pushed as the plain one', async (kind, pack) => {
    await writeDockerArchive(file('plain.tar'), 'app:1', [layer(kind, 3 * MIB), layer('other', 5)]);
    const plain = await push(file('plain.tar'), `library/plain-${kind}`);
    await writeFile(file('packed'), pack(await readFile(file('plain.tar'))));
    expect(await push(file('packed'), `library/packed-${kind}`)).toBe(plain);
  });

  testWithTools('an archive that GNU tar made of a layout', ['tar'], async () => {
    const image = imageOf([layerOf('gzip', [{ name: 'g', bytes: randomBytes(100, 'gnu') }])]);
    const folder = await writeLayout(file('gnu'), { v1: image });
    await run(toolPath('tar'), ['-cf', file('gnu.tar'), '-C', folder, '.']);
    expect(await push(file('gnu.tar'), 'library/gnu')).toBe(image.manifest.digest);
  });

  describeAsRoot('past a limit on bodies', ['docker', 'dockerd'], () => {
    const engine = hold(startDocker, (docker: Docker) => docker.stop());

    test('moves a layer that docker push cannot', async () => {
      await expectPushPastLimit(place.current, engine.current, SMALL_EDGE);
    });
  });

  test('continues after it was killed in the middle, with what was missing', async () => {
    const { server, orlop } = place.current;
    const size = 40 * MIB;
    await writeDockerArchive(file('killed.tar'), 'killed:1', [layer('killed', size)]);
    let swallowing = true;
    const met = Promise.withResolvers<void>();
    let patches = 0;
    const swallow = ({ method, sent }: Exchange) => {
      if (!swallowing || method !== 'PATCH' || patches < 4 || sent < MIB) return false;
      met.resolve();
      return true;
    };
    const before = ({ method }: Exchange) => {
      if (method === 'PATCH') patches += 1;
    };
    await throughProxy(server, { swallow, before }, async ({ host, exchanges, idle }) => {
      await orlop.login(host, server.credential);
      const args = ['push', file('killed.tar'), `${host}/library/killed:v1`, '--chunk', '8MiB'];
      const { child, outcome } = orlop.start(args);
      await met.promise;
      child.kill('SIGKILL');
      await outcome;
      swallowing = false;
      await idle();
      expect(await manifestStatus(server, 'library/killed', 'v1')).toBe(404);
      const first = exchanges.length;
      const again = await orlop.run(args);
      expect(again, again.stderr).toMatchObject({ code: 0 });
      const sent = exchanges.slice(first).filter(({ method }) => method === 'PATCH');
      expect(sent[0]?.headers['content-range']).toMatch(/^2[4-9]\d{6}-/);
      expect(total(sent)).toBeLessThan(size - 3 * 8 * MIB + MIB);
    });
    const contents = await remoteContents(server, 'library/killed', 'v1');
    expect(contents).toHaveLength(3);
  });

  test.skipIf(process.platform !== 'linux')(
    'leaves no file of a folder open, whatever the registry answered',
    async () => {
      const { server, orlop } = place.current;
      const names = ['lost', 'small', 'large'];
      const layers = names.map((name, n) => layer(`open-${name}`, n === 1 ? 1000 : 5 * MIB));
      const folder = await writeLayout(file('open'), { v1: imageOf(layers) });
      const opened = new Set<string>();
      let lost = 0;
      let left: string[] | null = null;
      const before = async ({ method, path, headers }: Exchange) => {
        for (const name of openFilesIn(folder)) opened.add(name);
        if (path.includes('/manifests/')) left = openFilesIn(folder);
        // The registry forgets the upload that this chunk belongs to.
        if (method !== 'PATCH' || lost++ > 1) return;
        const authorization = headers.authorization ?? '';
        await fetch(`${server.origin}${path}`, { method: 'DELETE', headers: { authorization } });
      };
      await throughProxy(server, { before }, async ({ host }) => {
        await orlop.login(host, server.credential);
        const args = ['push', folder, `${host}/library/open:v1`, '--chunk', '1MiB'];
        const outcome = await orlop.run(args);
        expect(outcome, outcome.stderr).toMatchObject({ code: 0 });
        // Node closes what was forgotten, and says so.
        expect(outcome.stderr).not.toContain('on garbage collection');
      });
      expect(lost).toBeGreaterThan(2);
      expect(opened.size).toBeGreaterThan(1);
      expect(left).toEqual([]);
    },
  );

  test('says that it reads a version in order to push over it', async () => {
    const { server, orlop } = place.current;
    await writeDockerArchive(file('over.tar'), 'over:1', [layer('over', 10)]);
    await throughProxy(server, {}, async ({ host, exchanges }) => {
      await orlop.login(host, server.credential);
      for (const _ of [1, 2])
        await orlop.run(['push', file('over.tar'), `${host}/library/over:v1`]);
      const reads = exchanges.filter(
        ({ method, path }) => method === 'GET' && path.includes('/manifests/'),
      );
      expect(reads.map(({ status }) => status)).toContain(200);
      for (const { headers } of reads) expect(headers['orlop-purpose']).toBe('push');
    });
  });

  test('a layer of another digest ends it before anything is published', async () => {
    const good = layerOf('gzip', [{ name: 'x', bytes: randomBytes(100, 'bad') }]);
    const image = imageOf([good]);
    const folder = await writeLayout(file('bad'), { v1: image });
    const path = `${folder}/blobs/${good.digest.replace(':', '/')}`;
    await writeFile(path, randomBytes(good.size, 'other'));
    const outcome = await place.current.orlop.run(['push', folder, address('library/bad')]);
    expect(outcome.code).toBe(5);
    expect(outcome.stderr).toContain(digestOf(randomBytes(good.size, 'other')));
    expect(await manifestStatus(place.current.server, 'library/bad', 'v1')).toBe(404);
  });

  test('a user who is not signed in is told how to', async () => {
    await writeDockerArchive(file('anonymous.tar'), 'app:1', [layer('anonymous', 10)]);
    const anonymous = orlopIn(file('anonymous'));
    const args = ['push', file('anonymous.tar'), address('library/anonymous')];
    const { code, stderr } = await anonymous.run(args);
    expect(code).toBe(3);
    expect(stderr).toContain(`orlop login ${place.current.server.host}`);
  });

  test.each([
    ['no host', ['push', 'x.tar', 'library/app:v1']],
    ['no workspace', ['push', 'x.tar', 'localhost:1/app:v1']],
    ['a digest instead of a tag', ['push', 'x.tar', `localhost:1/a/b@sha256:${'0'.repeat(64)}`]],
    ['no file', ['push', '/nowhere/x.tar', 'localhost:1/a/b:v1']],
    ['a malformed size', ['push', 'x.tar', 'localhost:1/a/b:v1', '--chunk', 'big']],
    ['too much at once', ['push', 'x.tar', 'localhost:1/a/b:v1', '--parallel', '99']],
  ])('a command line with %s is refused', async (_, args) => {
    const { code, stderr } = await place.current.orlop.run(args);
    expect(code, stderr).toBe(2);
    expect(stderr).not.toContain('\n    at ');
  });
});

function layer(name: string, size: number): Layer {
  return layerOf('tar', [{ name: `${name}.bin`, bytes: randomBytes(size, `push-${name}`) }]);
}

/** Files of a folder that a process of this machine holds open. */
function openFilesIn(folder: string): string[] {
  const links = globSync('/proc/[0-9]*/fd/*').flatMap((link) => {
    try {
      return [readlinkSync(link)];
    } catch {
      // The process, or the file, was closed meanwhile.
      return [];
    }
  });
  return links.filter((path) => path.startsWith(`${folder}/`));
}

function total(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((sum, { sent }) => sum + sent, 0);
}

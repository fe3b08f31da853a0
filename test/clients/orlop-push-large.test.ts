import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { usePlace } from '../support/clients/archive-push.ts';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { digestOf, hexOf, randomBytes } from '../support/clients/bytes.ts';
import { writeDockerArchive } from '../support/clients/docker-archive.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import { digestOfNoise, writeLargeArchive } from '../support/clients/large-archive.ts';
import { type Layer, layerOf } from '../support/clients/layers.ts';
import type { Exchange } from '../support/clients/proxy.ts';
import { blobStatus, manifestStatus, remoteContents } from '../support/clients/remote.ts';
import type { Started } from '../support/clients/run.ts';
import { hold, throughProxy } from '../support/clients/setup.ts';

const MIB = 1024 * 1024;

/** What the edge takes of one request on most plans. */
const BODY_LIMIT = 100_000_000;

describe('orlop push', () => {
  const place = usePlace();
  const file = (name: string) => place.current.file(name);

  describeAsRoot('past a body limit of 100 MB', ['docker', 'dockerd'], () => {
    const engine = hold(startDocker, (docker: Docker) => docker.stop());

    test('moves a layer of 300 MB that docker push cannot', async () => {
      const { server, orlop } = place.current;
      const repository = 'library/limited';
      const source = engine.current.path('source.tar');
      const id = await writeDockerArchive(source, 'limited:1', [layer('limited', 300 * MIB)]);
      await engine.current.run(['load', '--input', source]);
      await engine.current.run(['save', '--output', file('limited.tar'), 'limited:1']);
      await throughProxy(server, { bodyLimit: BODY_LIMIT }, async ({ host, uploads }) => {
        const { username, password } = server.credential;
        const address = `${host}/${repository}:v1`;
        await engine.current.run(['login', '-u', username, '--password-stdin', host], password);
        await engine.current.run(['tag', 'limited:1', address]);
        const docker = await engine.current.start(['push', address]).outcome;
        expect(docker.code).not.toBe(0);
        expect(await manifestStatus(server, repository, 'v1')).toBe(404);
        const before = uploads().length;
        await orlop.login(host, server.credential);
        const args = ['push', file('limited.tar'), address, '--chunk', '64MiB'];
        const pushed = await orlop.run(args);
        expect(pushed, pushed.stderr).toMatchObject({ code: 0 });
        const sizes = uploads()
          .slice(before)
          .map(({ sent }) => sent);
        expect(Math.max(...sizes)).toBe(64 * MIB);
      });
      expect((await remoteContents(server, repository, 'v1'))[1]).toBe(id);
    }, 900_000);
  });

  test('goes on after it was killed in the middle, with what was missing', async () => {
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

  test('pushes 1.2 GB in parallel with memory that does not grow with it', async () => {
    const { server, orlop } = place.current;
    const size = 400 * MIB;
    const blobs = ['a', 'b', 'c'].map((seed) => ({
      size,
      seed,
      digest: digestOfNoise(size, seed),
    }));
    await writeLargeArchive(file('large.tar'), layoutFiles(blobs), blobs);
    expect((await stat(file('large.tar'))).size).toBeGreaterThan(1.2e9);
    const address = place.current.address('library/large');
    const started = orlop.start(['push', file('large.tar'), address]);
    const peak = await peakMemory(started);
    expect(await started.outcome).toMatchObject({ code: 0 });
    for (const { digest } of blobs) {
      expect(await blobStatus(server, 'library/large', digest)).toBe(200);
    }
    expect(peak).toBeGreaterThan(50 * MIB);
    expect(peak).toBeLessThan(420 * MIB);
  }, 900_000);
});

/** The most memory a process has held, read whenever it says how far it is; in bytes. */
async function peakMemory({ child, outcome }: Started): Promise<number> {
  let peak = 0;
  child.stderr?.on('data', () => {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
  });
  await outcome;
  return peak;
}

/** The small files of an OCI archive whose layers are the blobs. */
function layoutFiles(blobs: readonly { size: number; digest: string }[]) {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const describeBytes = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const config = json({ os: 'linux', architecture: 'amd64' });
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: describeBytes('application/vnd.oci.image.config.v1+json', config),
    layers: blobs.map(({ size, digest }) => ({
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest,
      size,
    })),
  });
  const manifests = [describeBytes('application/vnd.oci.image.manifest.v1+json', manifest)];
  return [
    ...[config, manifest].map((bytes) => ({
      name: `blobs/sha256/${hexOf(digestOf(bytes))}`,
      bytes,
    })),
    { name: 'index.json', bytes: json({ schemaVersion: 2, manifests }) },
  ];
}

function total(exchanges: readonly Exchange[]): number {
  return exchanges.reduce((sum, { sent }) => sum + sent, 0);
}

function layer(name: string, size: number): Layer {
  return layerOf('tar', [{ name: `${name}.bin`, bytes: randomBytes(size, `large-${name}`) }]);
}

import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { usePlace } from '../../support/clients/archive-push.ts';
import { describeAsRoot } from '../../support/clients/as-root.ts';
import { digestOf, hexOf } from '../../support/clients/bytes.ts';
import { type Docker, startDocker } from '../../support/clients/dockerd.ts';
import { digestOfNoise, writeLargeArchive } from '../../support/clients/large-archive.ts';
import { EDGE, expectPushPastLimit } from '../../support/clients/past-limit.ts';
import { blobStatus } from '../../support/clients/remote.ts';
import type { Started } from '../../support/clients/run.ts';
import { hold } from '../../support/clients/setup.ts';

const MIB = 1024 * 1024;

describe('orlop push', () => {
  const place = usePlace();
  const file = (name: string) => place.current.file(name);

  describeAsRoot('past a body limit of 100 MB', ['docker', 'dockerd'], () => {
    const engine = hold(startDocker, (docker: Docker) => docker.stop());

    test('moves a layer of 300 MB that docker push cannot', async () => {
      await expectPushPastLimit(place.current, engine.current, EDGE);
    }, 900_000);
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

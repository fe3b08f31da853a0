/** Layers that docker cannot push past a limit on request bodies, and that orlop can. */
import { expect } from 'vitest';
import type { Server } from '../server.ts';
import type { Place } from './archive-push.ts';
import { randomBytes } from './bytes.ts';
import { writeDockerArchive } from './docker-archive.ts';
import type { Docker } from './dockerd.ts';
import { layerOf } from './layers.ts';
import { orlopIn } from './orlop.ts';
import { throughRelay } from './relay.ts';
import { manifestStatus, remoteContents } from './remote.ts';
import { throughProxy } from './setup.ts';

const MIB = 1024 * 1024;

/** A layer, and what stands in its way. */
export interface PastLimit {
  /** Bytes of the layer. */
  readonly size: number;
  /** Bytes of the largest body that passes. */
  readonly bodyLimit: number;
  /** MiB of a chunk. */
  readonly chunk: number;
}

/** What the smallest plans let pass, and a layer three times as large. */
export const EDGE: PastLimit = { size: 300_000_000, bodyLimit: 100_000_000, chunk: 64 };

/** The same in small, for every test run. */
export const SMALL_EDGE: PastLimit = { size: 30_000_000, bodyLimit: 10_000_000, chunk: 8 };

/** docker push is refused, and `orlop push` of what docker saved arrives. */
export async function expectPushPastLimit(
  { server, orlop, file }: Place,
  engine: Docker,
  { size, bodyLimit, chunk }: PastLimit,
): Promise<void> {
  const repository = 'library/limited';
  const id = await loadLayer(engine, 'limited:1', size);
  await engine.run(['save', '--output', file('limited.tar'), 'limited:1']);
  await throughProxy(server, { bodyLimit }, async ({ host, uploads }) => {
    const { username, password } = server.credential;
    const address = `${host}/${repository}:v1`;
    await engine.run(['login', '-u', username, '--password-stdin', host], password);
    await engine.run(['tag', 'limited:1', address]);
    const docker = await engine.start(['push', address]).outcome;
    expect(docker.code).not.toBe(0);
    expect(await manifestStatus(server, repository, 'v1')).toBe(404);
    const before = uploads().length;
    await orlop.login(host, server.credential);
    const pushed = await orlop.run([
      'push',
      file('limited.tar'),
      address,
      '--chunk',
      `${chunk}MiB`,
    ]);
    expect(pushed, pushed.stderr).toMatchObject({ code: 0 });
    const sizes = uploads()
      .slice(before)
      .map(({ sent }) => sent);
    expect(Math.max(...sizes)).toBe(chunk * MIB);
  });
  expect((await remoteContents(server, repository, 'v1'))[1]).toBe(id);
}

/** docker push is refused, and passes through `orlop relay`, as does the pull of it. */
export async function expectRelayPastLimit(
  server: Server,
  engine: Docker,
  { size, bodyLimit, chunk }: PastLimit,
): Promise<void> {
  const docker = (args: string[]) => engine.run(args);
  const id = await loadLayer(engine, 'large:v1', size);
  const orlop = orlopIn(engine.path('client'));
  const args = ['--chunk', `${chunk}MiB`];
  await throughRelay({ server, orlop }, { bodyLimit }, args, async (relay, { host, uploads }) => {
    await docker(['tag', 'large:v1', `${host}/library/direct:v1`]);
    const direct = docker(['push', `${host}/library/direct:v1`]);
    await expect(direct).rejects.toThrow(/413|Too Large/);
    expect(uploads().some(({ status }) => status === 413)).toBe(true);
    const before = uploads().length;
    const target = `${relay}/library/relayed:v1`;
    await docker(['tag', 'large:v1', target]);
    const printed = await docker(['push', target]);
    const sizes = uploads()
      .slice(before)
      .map(({ sent }) => sent);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(chunk * MIB);
    const [manifest = '', config] = await remoteContents(server, 'library/relayed', 'v1');
    expect(printed).toContain(manifest);
    expect(config).toBe(id);
    await docker(['image', 'rm', '--force', id]);
    expect(await docker(['pull', target])).toContain(manifest);
    const shown = await docker(['image', 'inspect', '--format', '{{.Id}}', target]);
    expect(shown.trim()).toBe(id);
  });
}

/** Loads an image of one layer into the engine; returns its ID. */
async function loadLayer(engine: Docker, name: string, size: number): Promise<string> {
  const archive = engine.path('source.tar');
  const bytes = randomBytes(size, name);
  const id = await writeDockerArchive(archive, name, [
    layerOf('tar', [{ name: 'large.bin', bytes }]),
  ]);
  await engine.run(['load', '--input', archive]);
  return id;
}

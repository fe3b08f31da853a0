import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { describeAsRoot } from '../../support/clients/as-root.ts';
import { PART } from '../../support/clients/bytes.ts';
import { dockerLayer as layer, useDocker } from '../../support/clients/docker-client.ts';
import { killInTheMiddle } from '../../support/clients/interrupt.ts';
import type { Exchange } from '../../support/clients/proxy.ts';
import { manifestStatus } from '../../support/clients/remote.ts';
import { throughProxy } from '../../support/clients/setup.ts';

const MIB = 1024 * 1024;

describeAsRoot('docker', ['docker', 'dockerd'], () => {
  const held = useDocker();

  test('pushes and pulls an image of twelve layers', async () => {
    const docker = held.current;
    const sizes = [0, 1, 100, 1000, PART - 1, PART, PART + 1, 10, 20, 30, 40, 4 * PART];
    const layers = sizes.map((size, i) => layer(`twelve-${i}`, size));
    const id = await docker.load('library/docker-twelve', layers);
    await docker.expectRoundTrip('library/docker-twelve', id);
  });

  test('pushes five layers at once', async () => {
    const docker = held.current;
    const repository = 'library/docker-parallel';
    const layers = Array.from({ length: 5 }, (_, i) => layer(`parallel-${i}`, PART + i));
    const { before, most } = fiveTogether();
    const id = await throughProxy(docker.server, { before }, async ({ host }) => {
      const loaded = await docker.load(repository, layers, { host });
      await docker.push(repository, host);
      return loaded;
    });
    expect(most()).toBe(5);
    await docker.run(['tag', id, `${docker.server.host}/${repository}:v1`]);
    await docker.expectRoundTrip(repository, id);
  });

  test('pushes again after it was killed in the middle of a layer', async () => {
    const docker = held.current;
    const repository = 'library/docker-killed';
    const id = await docker.load(repository, [layer('killed', 20 * MIB)]);
    await killInTheMiddle(docker.server, { way: 'sent', bytes: 9 * MIB }, async (host) => {
      await docker.login(host);
      await docker.run(['tag', id, `${host}/${repository}:v1`]);
      return docker.engine.start(['push', `${host}/${repository}:v1`]);
    });
    expect(await manifestStatus(docker.server, repository, 'v1')).toBe(404);
    await docker.expectRoundTrip(repository, id);
  });
});

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

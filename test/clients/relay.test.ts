/** The relay: layers that are too large for the edge, and who may use it. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { type Docker, startDocker } from '../support/clients/dockerd.ts';
import { imageOf } from '../support/clients/images.ts';
import { layerOf, layerOfSize } from '../support/clients/layers.ts';
import { writeLayout } from '../support/clients/oci-layout.ts';
import { orlopIn } from '../support/clients/orlop.ts';
import { expectRelayPastLimit, SMALL_EDGE } from '../support/clients/past-limit.ts';
import type { ProxyOptions } from '../support/clients/proxy.ts';
import { pushImage } from '../support/clients/push-image.ts';
import { throughRelay } from '../support/clients/relay.ts';
import { digestsOf, remoteContents } from '../support/clients/remote.ts';
import { run } from '../support/clients/run.ts';
import { hold, useScratch, useServer } from '../support/clients/setup.ts';
import { testWithTools, toolPath } from '../support/tools.ts';

const MIB = 1024 * 1024;

describe('the relay', () => {
  const server = useServer();
  const scratch = useScratch();

  describeAsRoot('for docker', ['docker', 'dockerd'], () => {
    const engine = hold(startDocker, (docker: Docker) => docker.stop());

    test('takes a layer that the edge refuses, and brings it back', async () => {
      await expectRelayPastLimit(server.current, engine.current, SMALL_EDGE);
    });
  });

  testWithTools('continues where the connection to the registry breaks', ['skopeo'], async () => {
    const image = imageOf([layerOfSize('gzip', 20 * MIB, 'relay-breaks')]);
    const orlop = orlopIn(scratch.current.path('breaks'));
    let breaks = 0;
    const cut: ProxyOptions['cut'] = ({ sent }) => sent > 3 * MIB && ++breaks <= 2;
    await throughRelay(
      { server: server.current, orlop },
      { cut },
      ['--chunk', '8MiB'],
      async (relay) => {
        const dir = await writeLayout(scratch.current.path('breaks-layout'), { v1: image });
        const target = `docker://${relay}/library/breaks:v1`;
        const authfile = ['--authfile', orlop.config];
        const copy = ['--insecure-policy', 'copy', '--preserve-digests', ...authfile];
        await run(toolPath('skopeo'), [
          ...copy,
          '--dest-tls-verify=false',
          `oci:${dir}:v1`,
          target,
        ]);
        expect(breaks).toBeGreaterThan(1);
      },
    );
    expect(await remoteContents(server.current, 'library/breaks', 'v1')).toEqual(digestsOf(image));
  });

  test('refuses whoever cannot read the docker config it was started with', async () => {
    await pushImage(server.current, 'library/guarded', imageOf([layerOf('gzip', [])]));
    const orlop = orlopIn(scratch.current.path('guarded'));
    await throughRelay({ server: server.current, orlop }, {}, [], async (relay) => {
      const config = JSON.parse(await readFile(orlop.config, 'utf8'));
      const authorization = `Basic ${config.auths[relay].auth}`;
      const address = `http://${relay}/v2/library/guarded/tags/list`;
      expect(await statusOf(address, { authorization })).toBe(200);
      expect(await statusOf(address, {})).toBe(401);
      expect(await statusOf(address, { authorization: 'Basic cmVsYXk6d3Jvbmc=' })).toBe(401);
      // A foreign name that resolves to this machine; a page of another site.
      expect(await statusOf(address, { authorization, host: 'rebound.example' })).toBe(421);
      expect(await statusOf(address, { authorization, origin: 'https://evil.example' })).toBe(403);
    });
  });

  test('removes its credential when it ends', async () => {
    const orlop = orlopIn(scratch.current.path('ended'));
    const relay = await throughRelay(
      { server: server.current, orlop },
      {},
      [],
      async (host) => host,
    );
    expect(JSON.parse(await readFile(orlop.config, 'utf8')).auths[relay]).toBeUndefined();
  });
});

/** Status of a GET whose headers, Host and Origin among them, are those given: fetch sets its own. */
async function statusOf(address: string, headers: Record<string, string>): Promise<number> {
  const [answer] = (await once(get(address, { headers }), 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode ?? 0;
}

import { describe, expect, test } from 'vitest';
import { adminSession } from '../../support/admin-session.ts';
import { describeAsRoot } from '../../support/clients/as-root.ts';
import { dockerLayer, useDocker } from '../../support/clients/docker-client.ts';
import { imageOf } from '../../support/clients/images.ts';
import { layerOfSize } from '../../support/clients/layers.ts';
import { pushImage } from '../../support/clients/push-image.ts';
import { digestsOf, manifestStatus } from '../../support/clients/remote.ts';
import { useServer } from '../../support/clients/setup.ts';
import { pushArguments, useSkopeo } from '../../support/clients/skopeo-client.ts';
import { describeWithTools } from '../../support/tools.ts';

const PUSHES = 50;
const LAYERS = 40;
const NODES = 100;

/** Ten thousand requests; and docker unpacks each layer on top of a copy of those below. */
const timeout = 1_500_000;

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('nodes behind one address', () => {
  const server = useServer();

  test(`${NODES} pull an image of ten layers at once, with no one signed in`, async () => {
    const { origin } = server.current;
    const image = imageOf(numbers(10).map((n) => layerOfSize('gzip', 1000, `node-${n}`)));
    await pushImage(server.current, 'library/nodes', image);
    const session = await adminSession(server.current);
    const json = { ...session, 'content-type': 'application/json' };
    const change = (path: string, body: object) =>
      fetch(`${origin}/api/v1${path}`, {
        method: 'PATCH',
        headers: json,
        body: JSON.stringify(body),
      });
    expect((await change('/settings', { anonymousPull: true })).status).toBe(200);
    const [manifest = '', ...blobs] = digestsOf(image);
    const pull = async () => {
      const statuses = [(await fetch(`${origin}/v2/`)).status];
      const scope = 'repository:library/nodes:pull';
      const granted = await fetch(`${origin}/v2/token?service=x&scope=${scope}`);
      const { token } = (await granted.json()) as { token: string };
      const authorization = `Bearer ${token}`;
      const get = async (path: string, method = 'GET') => {
        const url = `${origin}/v2/library/nodes/${path}`;
        const answer = await fetch(url, { method, headers: { authorization } });
        await answer.arrayBuffer();
        statuses.push(answer.status);
      };
      await get('manifests/v1', 'HEAD');
      await get(`manifests/${manifest}`);
      await Promise.all(blobs.map((digest) => get(`blobs/${digest}`)));
      return statuses;
    };
    const nodes = await Promise.all(numbers(NODES).map(pull));
    for (const statuses of nodes) {
      expect(statuses).toEqual([401, ...Array(2 + blobs.length).fill(200)]);
    }
  });
});

describeWithTools('skopeo', ['skopeo'], () => {
  const held = useSkopeo();

  test(`finishes ${PUSHES} pushes of ${LAYERS} layers at once, with one credential`, {
    timeout,
  }, async () => {
    const skopeo = held.current;
    await skopeo.login(skopeo.server.host);
    const layouts = [];
    for (const n of numbers(PUSHES)) {
      const layers = numbers(LAYERS).map((i) => layerOfSize('gzip', 1000, `crowd-${n}-${i}`));
      layouts.push(await skopeo.layout(`library/crowd-${n}`, imageOf(layers)));
    }
    const pushes = layouts.map((dir, n) =>
      skopeo.run(pushArguments(dir, skopeo.address(`crowd-${n}`))),
    );
    await Promise.all(pushes);
    for (const n of numbers(PUSHES)) {
      expect(await manifestStatus(skopeo.server, `library/crowd-${n}`, 'v1')).toBe(200);
    }
  });
});

describeAsRoot('docker', ['docker', 'dockerd'], () => {
  const held = useDocker();

  test(`finishes ${PUSHES} pushes of ${LAYERS} layers at once, with one credential`, {
    timeout,
  }, async () => {
    const docker = held.current;
    const { host } = docker.server;
    await docker.login(host);
    for (const n of numbers(PUSHES)) {
      const layers = numbers(LAYERS).map((i) => dockerLayer(`crowd-${n}-${i}`, 1000));
      await docker.load(`library/crowd-${n}`, layers);
    }
    await Promise.all(
      numbers(PUSHES).map((n) => docker.run(['push', `${host}/library/crowd-${n}:v1`])),
    );
    for (const n of numbers(PUSHES)) {
      expect(await manifestStatus(docker.server, `library/crowd-${n}`, 'v1')).toBe(200);
    }
  });
});

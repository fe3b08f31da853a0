/** A thousand events for an endpoint that fails in every way, and for a server that is killed. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { adminSession } from '../../support/admin-session.ts';
import { imageOf } from '../../support/clients/images.ts';
import { layerOf } from '../../support/clients/layers.ts';
import { pushImage } from '../../support/clients/push-image.ts';
import { ask } from '../../support/clients/remote.ts';
import { hold } from '../../support/clients/setup.ts';
import { type Behaviour, TestEndpoint } from '../../support/endpoint.ts';
import { waitFor } from '../../support/processes.ts';
import { type Server, startServer } from '../../support/server.ts';

const image = imageOf([layerOf('tar', [{ name: 'a', bytes: Buffer.from('an event') }])]);

async function call(server: Server, method: string, path: string, body: unknown): Promise<void> {
  const answer = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: { ...(await adminSession(server)), 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function makeTrigger(server: Server, endpoint: TestEndpoint, images: string): Promise<void> {
  await call(server, 'POST', '/projects/1/triggers', {
    ...{ name: endpoint.url, workspace: null, enabled: true, events: ['image.pushed'] },
    ...{ images: [images], tags: [] },
    action: {
      ...{ method: 'POST', url: endpoint.url, headers: [], latestOnly: false },
      ...{ contentType: 'application/json', body: '{"image": "{{image}}", "tag": "{{tag}}"}' },
    },
  });
}

/** Sets tags of an image in one push, each of them an event. */
async function setTags(server: Server, name: string, tags: readonly string[]): Promise<void> {
  const { bytes, digest, mediaType } = image.manifest;
  const query = tags.map((tag) => `tag=${tag}`).join('&');
  const answer = await ask(server, `library/${name}/manifests/${digest}?${query}`, {
    method: 'PUT',
    body: new Uint8Array(bytes),
    headers: { 'content-type': mediaType },
  });
  expect(answer.status, await answer.text()).toBe(201);
}

const tagsOf = (count: number) => Array.from({ length: count }, (_, n) => `v${1000 + n}`);

/** The tags that an endpoint took of each image, in the order in which it took them. */
function takenTags(endpoint: TestEndpoint): Record<string, string[]> {
  const tags: Record<string, string[]> = {};
  for (const one of endpoint.taken) {
    tags[one.image] = [...(tags[one.image] ?? []), one.tag];
  }
  return tags;
}

const names = (start: string) => Array.from({ length: 10 }, (_, n) => `${start}-${n}`);

const held = hold(
  () => startServer({ args: ['--allow-outbound', 'loopback'] }),
  (server) => server.stop(),
);
const endpoints = hold(
  async () => ({
    failing: await new TestEndpoint().start(),
    well: await new TestEndpoint().start(),
    killed: await new TestEndpoint().start(),
  }),
  async ({ failing, well, killed }) => {
    await Promise.all([failing.stop(), well.stop(), killed.stop()]);
  },
);

beforeAll(async () => {
  await call(held.current, 'PATCH', '/settings', { triggerHttp: true });
});

test('1,000 events wait for an endpoint that fails in every way, and nothing else waits', async () => {
  const { failing, well } = endpoints.current;
  const server = held.current;
  await makeTrigger(server, failing, 'many-*');
  await makeTrigger(server, well, 'many-*');
  failing.behaviour = '500';
  for (const name of names('many')) {
    await pushImage(server, `library/${name}`, image, null);
    await setTags(server, name, tagsOf(100));
  }
  await waitFor('the other endpoint has all', () => well.taken.length === 1000, 60_000);
  expect(failing.taken).toEqual([]);
  const seen = () => failing.received.length;
  for (const behaviour of ['hangs', 'resets', 'redirects'] satisfies Behaviour[]) {
    failing.behaviour = behaviour;
    const before = seen();
    await waitFor(`it ${behaviour}`, () => seen() > before, 120_000);
    const begun = performance.now();
    await setTags(server, 'many-0', [behaviour]);
    expect(performance.now() - begun).toBeLessThan(2000);
    await waitFor('the other endpoint has it', () => {
      return well.taken.at(-1)?.tag === behaviour;
    });
  }
  failing.behaviour = 'gigabyte';
  const before = failing.taken.length;
  await waitFor('it answers a gigabyte', () => failing.taken.length > before, 300_000);
  failing.behaviour = 'works';
  await waitFor('it has all', () => failing.taken.length === 1003, 120_000);
  expect(failing.strayed).toBe(0);
  const expected = Object.fromEntries(names('many').map((name) => [name, tagsOf(100)]));
  expected['many-0']?.push('hangs', 'resets', 'redirects');
  for (const endpoint of [failing, well]) expect(takenTags(endpoint)).toEqual(expected);
}, 900_000);

test('killed at ten points it loses no event, and its ids show what came twice', async () => {
  const { killed } = endpoints.current;
  const server = held.current;
  await makeTrigger(server, killed, 'killed-*');
  for (const name of names('killed')) await pushImage(server, `library/${name}`, image, null);
  for (const [n, name] of names('killed').entries()) {
    await setTags(server, name, tagsOf(50));
    // From before the object is woken to the middle of its deliveries.
    await delay(n * 15);
    await server.kill();
    await server.restart();
  }
  await waitFor('all are delivered', () => killed.taken.length === 500, 120_000);
  const expected = Object.fromEntries(names('killed').map((name) => [name, tagsOf(50)]));
  expect(takenTags(killed)).toEqual(expected);
  const pairs = new Set(killed.received.map(({ id, image: of, tag }) => `${id} ${of}:${tag}`));
  expect(pairs.size).toBe(500);
}, 900_000);

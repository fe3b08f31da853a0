/** A collection whose server is killed at any point is finished by the next. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyCheckout } from '../support/checkout.ts';
import { waitFor } from '../support/clients/wait.ts';
import { type Server, startServer } from '../support/server.ts';
import { type Image, makeBlob, makeImage } from './support/image.ts';
import { digestsOf, Repository } from './support/repository.ts';
import { bucketKeys, doomedKeys, namedKeys, runningCollections } from './support/storage.ts';

let checkout: string;
let server: Server;

beforeAll(async () => {
  checkout = copyCheckout();
  const config = join(checkout, 'wrangler.toml');
  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace('GRACE_SECONDS = "3600"', 'GRACE_SECONDS = "0"'));
  server = await startServer({ root: checkout });
});
afterAll(async () => {
  await server?.stop();
  rmSync(checkout, { recursive: true, force: true });
});

interface Run {
  readonly id: number;
  readonly state: string;
  readonly startedBy: string;
  readonly freedObjects: number;
  readonly errors: string[];
}

/** One call of the API, as the admin. */
async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { username, password } = server.admin;
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}

const begin = () => api<Run>('POST', '/collections', { emptyTrash: true });

/** The newest collection, once it has ended. */
async function ended(id: number): Promise<Run> {
  let run: Run | undefined;
  await waitFor('the collection has ended', async () => {
    run = await api<Run>('GET', `/collections/${id}`);
    return run.state !== 'running';
  });
  return run as Run;
}

/** Images that share a layer; all but the first are deleted in one of three ways. */
async function makeGarbage(name: string): Promise<{ repository: Repository; kept: Image }> {
  const repository = new Repository(server, name);
  const kept = makeImage(5000);
  await repository.pushImage(kept, 'kept');
  const other = makeImage(3000);
  await repository.pushImage(other, 'gone');
  // The layer of one that stays with the config of one that goes.
  const { config } = JSON.parse(other.manifest.bytes.toString());
  const { layers, ...rest } = JSON.parse(kept.manifest.bytes.toString());
  const mixed = makeBlob(Buffer.from(JSON.stringify({ ...rest, config, layers })));
  expect((await repository.putManifest(mixed, 'mixed')).status).toBe(201);
  const whole = new Repository(server, `${name}-whole`);
  await whole.pushImage(makeImage(2000), 'v1');
  await whole.pushImage(other, 'v2');
  await api('DELETE', `/workspaces/library/images/${name}-whole`);
  for (const tag of ['gone', 'mixed']) {
    await api('DELETE', `/workspaces/library/images/${name}/versions/${tag}`);
  }
  return { repository, kept };
}

function expectAgreement(): void {
  expect(doomedKeys(server)).toEqual([]);
  expect(bucketKeys(server)).toEqual(namedKeys(server));
}

test('the schedule collects by itself what left the trash', async () => {
  const { repository, kept } = await makeGarbage('scheduled');
  const { items } = await api<{ items: { id: string }[] }>('GET', '/trash?scope=own');
  expect(items).toHaveLength(3);
  for (const { id } of items) await deleteForGood(id);
  const fired = await fetch(`${server.origin}/cdn-cgi/local/scheduled?cron=0+*+*+*+*`);
  expect(fired.ok).toBe(true);
  const runs = await api<{ items: Run[] }>('GET', '/collections');
  expect(runs.items[0]?.startedBy).toBe('(schedule)');
  const run = await ended(Number(runs.items[0]?.id));
  expect(run).toMatchObject({ state: 'done', errors: [] });
  expect(run.freedObjects).toBeGreaterThan(0);
  expectAgreement();
  expect(await repository.pull('kept')).toEqual(digestsOf(kept));
});

async function deleteForGood(id: string): Promise<void> {
  const { username, password } = server.admin;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const path = `${server.origin}/api/v1/trash/${id}`;
  const { status } = await fetch(path, { method: 'DELETE', headers: { authorization } });
  expect(status).toBe(204);
}

const POINTS = 30;

test('killed at thirty points: the next run finishes it, and bucket and database agree', async () => {
  await makeGarbage('measured');
  const since = performance.now();
  await ended((await begin()).id);
  const whole = performance.now() - since;
  const keepers: { repository: Repository; kept: Image }[] = [];
  let interrupted = 0;
  for (let point = 0; point < POINTS; point++) {
    keepers.push(await makeGarbage(`killed-${point}`));
    const { id } = await begin();
    await new Promise((resolve) => setTimeout(resolve, (point / POINTS) * whole));
    await server.kill();
    if (runningCollections(server).includes(String(id))) interrupted++;
    await server.restart();
    expect(await ended(id)).toMatchObject({ state: 'done', errors: [] });
    await ended((await begin()).id);
    expectAgreement();
  }
  expect(interrupted).toBeGreaterThan(0);
  for (const { repository, kept } of keepers) {
    expect(await repository.pull('kept')).toEqual(digestsOf(kept));
  }
}, 900_000);

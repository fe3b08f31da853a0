/** Collections of a server, and garbage for them. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { adminSession } from '../../support/admin-session.ts';
import { copyCheckout } from '../../support/checkout.ts';
import { hold } from '../../support/clients/setup.ts';
import { waitFor } from '../../support/clients/wait.ts';
import { type Server, startServer } from '../../support/server.ts';
import { type Image, makeBlob, makeImage } from './image.ts';
import { digestsOf, Repository } from './repository.ts';
import { bucketKeys, doomedKeys, namedKeys, runningCollections } from './storage.ts';

/** A collection, as the API shows it. */
export interface Run {
  readonly id: number;
  readonly state: string;
  readonly startedBy: string;
  readonly freedObjects: number;
  readonly errors: string[];
}

/** An image that a collection has to keep. */
interface Kept {
  readonly repository: Repository;
  readonly kept: Image;
}

/** A server without a grace period, for the tests of a suite: garbage can be collected at once. */
export function useServerWithoutGrace(): { readonly current: Server } {
  let checkout: string;
  return hold(
    async () => {
      checkout = copyCheckout();
      const config = join(checkout, 'wrangler.toml');
      const text = readFileSync(config, 'utf8');
      writeFileSync(config, text.replace('GRACE_SECONDS = "3600"', 'GRACE_SECONDS = "0"'));
      return await startServer({ root: checkout });
    },
    async (server) => {
      await server.stop();
      rmSync(checkout, { recursive: true, force: true });
    },
  );
}

/** One call of the API, as the admin in the console; the answer's JSON. */
export async function callApi<T>(
  server: Server,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const session = await adminSession(server);
  const response = await fetch(`${server.origin}/api/v1${path}`, {
    method,
    headers: {
      ...session,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function startCollection(server: Server): Promise<Run> {
  return callApi<Run>(server, 'POST', '/collections', { emptyTrash: true });
}

/** A collection, once it has ended. */
export async function waitForEnd(server: Server, id: number): Promise<Run> {
  let run: Run | undefined;
  await waitFor('the end of the collection', async () => {
    run = await callApi<Run>(server, 'GET', `/collections/${id}`);
    return run.state !== 'running';
  });
  return run as Run;
}

/** Images that share a layer; all but the first are deleted in one of three ways. */
export async function makeGarbage(server: Server, name: string): Promise<Kept> {
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
  await callApi(server, 'DELETE', `/workspaces/library/images/${name}-whole`);
  for (const tag of ['gone', 'mixed']) {
    await callApi(server, 'DELETE', `/workspaces/library/images/${name}/versions/${tag}`);
  }
  return { repository, kept };
}

/** Every object of the bucket has a row, and the deletion queue is empty. */
export function expectAgreement(server: Server): void {
  expect(doomedKeys(server)).toEqual([]);
  expect(bucketKeys(server)).toEqual(namedKeys(server));
}

/** Kills the server at so many points of a collection, and finds each finished by the next run. */
export async function expectFinishedAfterKills(server: Server, points: number): Promise<void> {
  await makeGarbage(server, 'measured');
  const since = performance.now();
  await waitForEnd(server, (await startCollection(server)).id);
  const whole = performance.now() - since;
  const keepers: Kept[] = [];
  let interrupted = 0;
  for (let point = 0; point < points; point++) {
    keepers.push(await makeGarbage(server, `killed-${point}`));
    const { id } = await startCollection(server);
    await new Promise((resolve) => setTimeout(resolve, (point / points) * whole));
    await server.kill();
    if (runningCollections(server).includes(String(id))) interrupted++;
    await server.restart();
    expect(await waitForEnd(server, id)).toMatchObject({ state: 'done', errors: [] });
    await waitForEnd(server, (await startCollection(server)).id);
    expectAgreement(server);
  }
  expect(interrupted).toBeGreaterThan(0);
  for (const { repository, kept } of keepers) {
    expect(await repository.pull('kept')).toEqual(digestsOf(kept));
  }
}

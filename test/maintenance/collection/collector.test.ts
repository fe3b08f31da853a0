/** Collections as users begin and watch them, and the object that drives them. */
import {
  createScheduledController,
  evictDurableObject,
  runDurableObjectAlarm,
} from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Env } from '../../../src/env.ts';
import worker from '../../../src/index.ts';
import { openDatabase } from '../../../src/storage/database.ts';
import {
  ADMIN_CALLER,
  type Caller,
  call,
  expectAnswer,
  expectProblem,
  makeAdminUser,
  signInAs,
} from '../../support/worker/api-client.ts';
import { allKeys, collect, DAY, HOUR, namedKeys } from '../../support/worker/collect.ts';
import { freshBytes, sha256, unique } from '../../support/worker/content.ts';
import { bindings, query } from '../../support/worker/database.ts';
import { databaseFailing } from '../../support/worker/faulty-database.ts';
import { makePlace, type User } from '../../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex, tagDigest } from '../../support/worker/push.ts';

interface Run {
  readonly id: number;
  readonly workspace: string | null;
  readonly state: string;
  readonly startedBy: string;
  readonly endedAt: string | null;
  readonly freedBytes: number;
  readonly freedObjects: number;
  readonly kept: { reason: string; count: number; bytes: number }[];
  readonly errors: string[];
}

interface Preview extends Pick<Run, 'freedBytes' | 'freedObjects' | 'kept'> {
  readonly items: { kind: string; reference: string; bytes: number; reason: string }[];
  readonly complete: boolean;
}

afterEach(() => {
  vi.useRealTimers();
});

const { COLLECTORS } = bindings;
const stubOf = (name: string) => COLLECTORS.get(COLLECTORS.idFromName(name));

/** Runs a collector to its end, without the waits for uses and of the deletion queue. */
async function drive(name: string, between: () => Promise<void> = async () => {}): Promise<void> {
  const stub = stubOf(name);
  while (await runDurableObjectAlarm(stub)) {
    await between();
    await query('UPDATE doomed_objects SET doomed_at = 1');
    await query('UPDATE manifests SET released_at = 1 WHERE released_by_age = 1');
  }
}

let adminUser: User;
let admin: Caller;

beforeAll(async () => {
  adminUser = await makeAdminUser();
});

// One test lets months pass.
beforeEach(async () => {
  admin = await signInAs(adminUser);
});

const begin = async (path: string, emptyTrash = true) =>
  expectAnswer(await call<Run>(admin, 'POST', `${path}/collections`, { emptyTrash }), 202);
const view = async (path: string, id: number) =>
  expectAnswer(await call<Run>(ADMIN_CALLER, 'GET', `${path}/collections/${id}`), 200);

async function makeGarbage() {
  const { workspace } = await makePlace();
  const [row] = await query<{ id: number }>('SELECT id FROM workspaces WHERE name = ?', workspace);
  const image = await pushImage(`${workspace}/app`, 'v1');
  await pushIndex(`${workspace}/app`, 'all', [image.descriptor]);
  await pushImage(`${workspace}/app`, null, { fields: { subject: image.descriptor } });
  await pushImage(`${workspace}/app`, 'stays', { layers: [freshBytes(70)] });
  await pushImage(`${workspace}/other`, 'v1', { layers: [freshBytes(1000)] });
  await pushBlob(`${workspace}/app`, freshBytes(5));
  const path = `/workspaces/${workspace}`;
  for (const rest of ['images/other', 'images/app/versions/v1', 'images/app/versions/all']) {
    expectAnswer(await call(ADMIN_CALLER, 'DELETE', `${path}/${rest}`), 200);
  }
  return { workspace, path, driver: `workspace-${row?.id}` };
}

describe('a collection of a workspace', () => {
  test('frees exactly what its preview says, and reports what it kept and why', async () => {
    const { path, driver } = await makeGarbage();
    const asked = `${path}/collection-preview?emptyTrash=`;
    const without = expectAnswer(await call<Preview>(ADMIN_CALLER, 'GET', `${asked}false`), 200);
    expect(without).toMatchObject({ freedBytes: 0, items: [], complete: true });
    expect(without.kept.map(({ reason, count }) => [reason, count])).toEqual([
      ['in-trash', 3],
      ['grace-period', 1],
    ]);
    const preview = expectAnswer(await call<Preview>(ADMIN_CALLER, 'GET', `${asked}true`), 200);
    expect(preview).toMatchObject({ freedObjects: 6, freedBytes: 96 + 96 + 1032 });
    expect(preview.items.filter(({ kind }) => kind === 'manifest')).toHaveLength(3);

    const begun = await begin(path);
    expect(begun).toMatchObject({ state: 'running', startedBy: adminUser.name, endedAt: null });
    expect((await begin(path)).id).toBe(begun.id);
    await drive(driver);
    const { freedBytes, freedObjects, kept } = preview;
    const ended = await view(path, begun.id);
    expect(ended).toMatchObject({ state: 'done', freedBytes, freedObjects, kept, errors: [] });
    expect(ended.kept).toEqual([{ reason: 'grace-period', count: 1, bytes: 5 }]);
    const runs = await call<{ items: Run[] }>(ADMIN_CALLER, 'GET', `${path}/collections`);
    expect(runs.body.items).toEqual([ended]);
    expectProblem(await call(ADMIN_CALLER, 'GET', `/collections/${begun.id}`), 404, 'not-found');
    expect((await begin(path)).id).not.toBe(begun.id);
    await drive(driver);
  });

  test('continues where it was when its object is evicted', async () => {
    const { path, driver, workspace } = await makeGarbage();
    const { id } = await begin(path);
    await drive(driver, () => evictDurableObject(stubOf(driver)));
    expect(await view(path, id)).toMatchObject({ state: 'done', freedObjects: 6 });
    expect(await tagDigest(`${workspace}/app`, 'stays')).not.toBeNull();
  });

  test('continues when a user views it, if its object has lost its alarm', async () => {
    const { path, driver } = await makeGarbage();
    const [row] = await query<{ id: number }>(
      `INSERT INTO collection_runs (workspace_id, started_at, started_by, empty_trash)
        VALUES (?, ?, 'test', 1) RETURNING id`,
      Number(driver.slice('workspace-'.length)),
      Date.now(),
    );
    await view(path, Number(row?.id));
    await drive(driver);
    expect((await view(path, Number(row?.id))).state).toBe('done');
  });
});

test('one item that fails is reported, and the rest is done', async () => {
  const { workspace } = await makePlace();
  const [bad, good] = [freshBytes(), freshBytes()];
  for (const bytes of [bad, good]) await pushBlob(`${workspace}/app`, bytes);
  await query(`CREATE TRIGGER broken BEFORE DELETE ON blobs WHEN OLD.digest = '${sha256(bad)}'
    BEGIN SELECT RAISE(ABORT, 'this one is broken'); END`);
  const run = await collect({ workspace, now: Date.now() + 1 });
  await query('DROP TRIGGER broken');
  expect(run).toMatchObject({ state: 'done', freedObjects: 1 });
  expect(run.report.errors).toHaveLength(1);
  expect(run.report.errors[0]).toMatch(new RegExp(`${sha256(bad)}.*this one is broken`));
  expect(await collect({ workspace, now: Date.now() + 1 })).toMatchObject({ freedObjects: 1 });
});

test('while R2 fails the objects stay in the deletion queue, and the next collection deletes them', async () => {
  const { workspace } = await makePlace();
  await pushBlob(`${workspace}/app`);
  const away = { delete: () => Promise.reject(new Error('R2 is away')) } as unknown as R2Bucket;
  const run = await collect({ workspace, now: Date.now() + 1, bucket: away });
  expect(run.report.errors.join()).toContain('R2 is away');
  await collect({ workspace });
  expect(await allKeys()).toEqual(await namedKeys());
  expect(await query('SELECT 1 FROM doomed_objects')).toEqual([]);
});

test.each([
  ['that lasts for some tries delays the collection', 6, 'done', 0],
  ['that does not end ends the collection', 1000, 'failed', 1],
] as const)('an overload of D1 %s, and is not made worse', async (_, times, state, errors) => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { workspace } = await makePlace();
  for (let n = 0; n < 8; n++) await pushBlob(`${workspace}/app`);
  const failing = databaseFailing({
    on: /INSERT INTO doomed_objects/,
    error: () => new Error('D1_ERROR: D1 DB is overloaded. Too many requests queued.'),
    times,
  });
  const db = openDatabase(failing.database);
  const run = await collect({ workspace, now: Date.now() + 1, db });
  expect(run).toMatchObject({ state, freedObjects: errors === 0 ? 8 : 0 });
  expect(run.report.errors).toHaveLength(errors);
  expect(failing.tries()).toBeLessThanOrEqual(10);
  expect(log.mock.calls[0]?.[0]).toMatchObject({ phase: 'links' });
  log.mockRestore();
  await collect({ workspace });
});

test('a month of schedules: trash, untagged content and records are each deleted in their time', async () => {
  const { workspace } = await makePlace();
  const repository = `${workspace}/app`;
  const start = Date.now();
  const old = await pushImage(repository, 'v1');
  await pushImage(repository, 'v1');
  const deleted = await pushImage(repository, 'gone');
  const path = `/workspaces/${workspace}/images/app/versions/gone`;
  expectAnswer(await call(ADMIN_CALLER, 'DELETE', path), 200);
  const isThere = async (digest: string) =>
    (await query('SELECT 1 FROM manifests WHERE digest = ?', digest)).length > 0;
  const left = new Map<string, number>();
  for (let hour = 1; hour <= 31 * 24; hour += 6) {
    vi.setSystemTime(start + hour * HOUR);
    await worker.scheduled(createScheduledController(), env as unknown as Env);
    await drive('platform');
    for (const { digest } of [old, deleted]) {
      if (!left.has(digest) && !(await isThere(digest))) left.set(digest, hour);
    }
  }
  expect(left.get(deleted.digest)).toBeGreaterThanOrEqual(7 * 24);
  expect(left.get(deleted.digest)).toBeLessThan(8 * 24);
  expect(left.get(old.digest)).toBeGreaterThanOrEqual(30 * 24);
  expect(await tagDigest(repository, 'v1')).not.toBeNull();
  const runs = await query<{ by: string; state: string }>(
    'SELECT DISTINCT started_by AS by, state FROM collection_runs WHERE started_at > ?',
    start + HOUR / 2,
  );
  expect(runs).toEqual([{ by: '(schedule)', state: 'done' }]);
  expect(await allKeys()).toEqual(await namedKeys());

  vi.setSystemTime(start + 150 * DAY);
  await collect({ now: start + 150 * DAY });
  const [kept] = await query<{ count: number }>('SELECT count(*) AS count FROM collection_runs');
  expect(kept?.count).toBe(1);
}, 300_000);

test('a project can be deleted once its workspaces have left the trash', async () => {
  const { project, workspace } = await makePlace();
  await pushImage(`${workspace}/app`, unique('v'));
  expectAnswer(await call(ADMIN_CALLER, 'DELETE', `/workspaces/${workspace}`), 200);
  const remove = () => call(admin, 'DELETE', `/projects/${project}`);
  expectProblem(await remove(), 409, 'not-empty');
  await begin('');
  await drive('platform');
  expectAnswer(await remove(), 204);
});

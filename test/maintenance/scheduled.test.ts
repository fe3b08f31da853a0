import { createScheduledController } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, expect, test, vi } from 'vitest';
import { NO_RULES } from '../../src/domain/retention.ts';
import type { Env } from '../../src/env.ts';
import worker from '../../src/index.ts';
import { freshBytes } from '../support/worker/content.ts';
import { pushBlob } from '../support/worker/push.ts';
import { damagedDigests, emptyStorage, flipBit, watchLog } from '../support/worker/storage.ts';
import { makeVersions, setRules, versionsOf } from './retention/support/rules.ts';

const bindings = env as unknown as Env;

beforeEach(async () => {
  vi.restoreAllMocks();
  await emptyStorage();
});

const schedule = (now: number, on: Env = bindings) =>
  worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), on);

const version = (tag: string, pushedAt: number) => ({
  image: 'app',
  tag,
  pushedAt,
  pulledAt: null,
  usedAt: null,
});

test('every hour rules are applied, and the storage is read again', async () => {
  watchLog();
  const digest = await pushBlob('library/scheduled', freshBytes());
  await flipBit(digest);
  const { id } = await makeVersions([version('new', 2), version('old', 1)]);
  await setRules(id, { ...NO_RULES, keepLast: 1 });
  await schedule(Date.now());
  expect(await versionsOf(id)).toEqual(['app:new']);
  expect(await damagedDigests()).toEqual([digest]);
});

test('a trigger that names a time to come ends nothing before its time', async () => {
  watchLog();
  const { id } = await makeVersions([version('new', Date.now())]);
  await setRules(id, { ...NO_RULES, keepDays: 1 });
  const inTwoYears = Date.now() + 730 * 24 * 3_600_000;
  await schedule(inTwoYears);
  expect(await versionsOf(id)).toEqual(['app:new']);
  const latest = 'SELECT max(started_at) AS at FROM collection_runs';
  expect(await bindings.DB.prepare(latest).first('at')).toBeLessThanOrEqual(Date.now());
});

test('a sweep that fails is reported, and the others still run', async () => {
  watchLog();
  const { id } = await makeVersions([version('new', 2), version('old', 1)]);
  await setRules(id, { ...NO_RULES, keepLast: 1 });
  const broken = { list: () => Promise.reject(new Error('R2 is away')) } as unknown as R2Bucket;
  await expect(schedule(Date.now(), { ...bindings, BUCKET: broken })).rejects.toThrow(
    'a sweep failed',
  );
  expect(await versionsOf(id)).toEqual(['app:new']);
});

import { evictDurableObject } from 'cloudflare:test';
import { expect, test, vi } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import { COUNTER_URLS } from '../../src/domain/pulls.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { addUses } from '../../src/storage/pulls.ts';
import { later } from '../auth/support/later.ts';
import { unique } from '../support/worker/content.ts';
import { bindings, query } from '../support/worker/database.ts';
import { trashImage } from '../support/worker/people.ts';
import { Counter, dayOf, get, readPulls } from '../support/worker/pulls.ts';
import { pushImage, pushIndex } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';

const DAY = 86_400_000;

async function pushed(tags: readonly string[] = ['v1']) {
  const name = unique('library/image');
  const digests: string[] = [];
  for (const tag of tags) digests.push((await pushImage(name, tag)).digest);
  return { name, digests, digest: digests[0] ?? '', counter: await Counter.of(name) };
}

const total = async (counter: Counter) => (await readPulls(counter.imageId)).image;

test('1,000 pulls at once are all counted', { timeout: 120_000 }, async () => {
  const { name, digests, counter } = await pushed(['v1', 'v2']);
  const wanted = Array.from({ length: 1000 }, (_, n) => ['v1', 'v2', digests[0]][n % 3] ?? '');
  await Promise.all(wanted.map((reference) => get(name, reference)));
  await counter.waitFor(1000);
  expect(await counter.flush()).toBe(true);
  const { image, manifests } = await readPulls(counter.imageId);
  expect(image).toBe(1000);
  expect(manifests).toEqual({ [digests[0] ?? '']: 667, [digests[1] ?? '']: 333 });
});

test('500 pulls of an index at once, each with its child, are 500', {
  timeout: 120_000,
}, async () => {
  const name = unique('library/index');
  const child = await pushImage(name, null);
  const index = await pushIndex(name, 'v1', [child.descriptor]);
  const pull = async () => {
    await get(name, 'v1');
    await get(name, child.digest);
  };
  await Promise.all(Array.from({ length: 500 }, pull));
  const counter = await Counter.of(name);
  await counter.waitFor(500);
  await counter.waitForUses(child.digest);
  await counter.flush();
  expect((await readPulls(counter.imageId)).manifests).toEqual({ [index.digest]: 500 });
  expect(await total(counter)).toBe(500);
});

test('pulls survive the eviction of the counter before its flush', async () => {
  const { counter } = await pushed();
  await counter.tell();
  await evictDurableObject(counter.stub);
  await counter.tell();
  await evictDurableObject(counter.stub);
  expect(await counter.flush()).toBe(true);
  expect(await total(counter)).toBe(2);
});

test('a note that arrives twice counts once, even after a flush and a restart', async () => {
  const { counter } = await pushed();
  const id = crypto.randomUUID();
  await Promise.all([counter.tell({ id }), counter.tell({ id })]);
  await counter.flush();
  await evictDurableObject(counter.stub);
  await counter.tell({ id });
  await counter.tell();
  await counter.flush();
  expect(await total(counter)).toBe(2);
});

/** Begins a flush: its batch is determined, and D1 has refused it. */
async function beginFlush(counter: Counter): Promise<void> {
  await query(
    `CREATE TRIGGER failing BEFORE INSERT ON pulls_by_day BEGIN SELECT RAISE(ABORT, 'failing'); END`,
  );
  await counter.flush();
  await query('DROP TRIGGER failing');
  expect(await total(counter)).toBe(0);
}

test('a crash after the database has the pulls, before that is recorded, counts none twice', async () => {
  const { counter } = await pushed();
  for (const _ of [1, 2]) await counter.tell();
  await beginFlush(counter);
  const begun = await counter.inside(({ kv }) => kv.get('progress'));
  expect(begun).toMatchObject({ begun: { through: 2 } });
  await counter.flush();
  expect(await total(counter)).toBe(2);
  await counter.inside(({ kv }) => kv.put('progress', begun));
  await evictDurableObject(counter.stub);
  await counter.tell();
  await counter.flush();
  await counter.flush();
  expect(await total(counter)).toBe(3);
});

test('a crash before the database has the pulls loses none', async () => {
  const { counter } = await pushed();
  await counter.tell();
  await beginFlush(counter);
  await evictDurableObject(counter.stub);
  await counter.tell();
  await counter.flush();
  expect(await total(counter)).toBe(2);
});

test('a batch that arrives late, after its repetition or a later batch, adds nothing', async () => {
  const { counter, digest } = await pushed();
  const db = openDatabase(bindings.DB);
  const use = { digest: digest as Digest, hour: 20_000 * 24 + 5, pulls: 1, pulledAt: 1 };
  const add = (batch: number) => addUses(db, counter.imageId, batch, [use], Date.now());
  await add(7);
  await expect(add(7)).rejects.toThrow('NOT NULL');
  await add(8);
  await expect(add(7)).rejects.toThrow('NOT NULL');
  const { image, manifests, days, hours } = await readPulls(counter.imageId);
  expect([image, manifests]).toEqual([2, { [digest]: 2 }]);
  expect(days).toEqual({ [`2024-10-04 ${digest}`]: 2 });
  expect(hours).toEqual({ '2024-10-04 05': 2 });
});

test('a counter whose clock is behind that of an earlier batch adds its pulls all the same', async () => {
  const { counter } = await pushed();
  await counter.tell();
  await counter.flush();
  // Less than what counts as a wrong clock.
  await query('UPDATE pull_flushes SET last_batch = last_batch + 40000');
  await counter.tell();
  for (const _ of [1, 2]) await counter.flush();
  expect(await total(counter)).toBe(2);
});

test('pulls wait while the database fails, and are all counted afterwards', async () => {
  const { counter } = await pushed();
  await query(
    `CREATE TRIGGER failing BEFORE INSERT ON pulls_by_day BEGIN SELECT RAISE(ABORT, 'failing'); END`,
  );
  for (const waiting of [1, 2, 3]) {
    await counter.tell();
    expect(await counter.flush()).toBe(true);
    expect(await readPulls(counter.imageId)).toMatchObject({ image: 0, hours: {}, days: {} });
    expect(await counter.notes()).toHaveLength(waiting);
    expect(await counter.inside((storage) => storage.getAlarm())).toBeGreaterThan(Date.now());
  }
  await query('DROP TRIGGER failing');
  await counter.flush();
  expect(await total(counter)).toBe(3);
});

test('the days and hours of pulls are those of UTC', async () => {
  const { counter } = await pushed();
  const midnight = Date.UTC(2026, 2, 1);
  const manifests = [['sha256:abc' as Digest, 1]] as const;
  for (const at of [midnight - 1, midnight, midnight + 1, midnight + DAY - 1, midnight + DAY]) {
    await counter.tell({ at, manifests });
  }
  await counter.tell({ at: midnight, manifests: [['sha256:def' as Digest, 2]] });
  await counter.flush();
  const { days, hours } = await readPulls(counter.imageId);
  expect(days).toEqual({
    '2026-02-28 sha256:abc': 1,
    '2026-03-01 sha256:abc': 3,
    '2026-03-01 sha256:def': 2,
    '2026-03-02 sha256:abc': 1,
  });
  expect(hours).toEqual({
    '2026-02-28 23': 1,
    '2026-03-01 00': 4,
    '2026-03-01 23': 1,
    '2026-03-02 00': 1,
  });
});

test('a pull made now counts for today', async () => {
  const { name, digest, counter } = await pushed();
  const before = dayOf(Date.now());
  await get(name, 'v1');
  await counter.waitFor(1);
  await counter.flush();
  const [day] = Object.keys((await readPulls(counter.imageId)).days);
  expect([`${before} ${digest}`, `${dayOf(Date.now())} ${digest}`]).toContain(day);
});

test('the last pull is stored to the minute and the last use to the hour, and neither decreases', async () => {
  const { digest, counter } = await pushed();
  const lastTimes = async () => {
    const [row] = await query(
      'SELECT last_pulled_at AS pull, last_used_at AS use FROM manifests WHERE image_id = ?',
      counter.imageId,
    );
    return [row?.pull, row?.use];
  };
  expect(await lastTimes()).toEqual([null, null]);
  const noon = Date.UTC(2026, 5, 1, 12);
  const tell = async (at: number, pulls: number) => {
    await counter.tell({ at, manifests: [[digest as Digest, pulls]] });
    await counter.flush();
  };
  await tell(noon + 119_999, 1);
  expect(await lastTimes()).toEqual([noon + 60_000, noon]);
  await tell(noon - DAY, 1);
  expect(await lastTimes()).toEqual([noon + 60_000, noon]);
  await tell(noon + 3_599_999, 0);
  expect(await lastTimes()).toEqual([noon + 60_000, noon]);
  await tell(noon + 3_600_000, 0);
  expect(await lastTimes()).toEqual([noon + 60_000, noon + 3_600_000]);
});

test('a version that was deleted before the flush does not affect the others', async () => {
  const { name, digests, counter } = await pushed(['v1', 'v2']);
  for (const tag of ['v1', 'v2']) await get(name, tag);
  await counter.waitFor(2);
  const path = `/v2/${name}/manifests`;
  await expectStatus(await send(ADMIN, 'DELETE', `${path}/${digests[0]}`), 202);
  await counter.flush();
  const { image, manifests } = await readPulls(counter.imageId);
  expect([image, manifests]).toEqual([2, { [digests[0] ?? '']: 1, [digests[1] ?? '']: 1 }]);
});

test('an image in the trash keeps its pulls', async () => {
  const { counter } = await pushed();
  await counter.tell();
  await trashImage(counter.imageId);
  await counter.flush();
  expect(await total(counter)).toBe(1);
});

test('pulls of a purged image are dropped', async () => {
  const counter = new Counter(987_654);
  await counter.tell();
  await counter.flush();
  expect(await counter.inside(({ kv }) => kv.get('progress'))).toMatchObject({ begun: null });
  expect(await readPulls(counter.imageId)).toMatchObject({ image: undefined, days: {} });
  expect(await query('SELECT * FROM pull_flushes WHERE image_id = 987654')).toEqual([]);
});

test('more manifests than fit one batch are all counted by one alarm', async () => {
  const { counter } = await pushed();
  for (let n = 0; n < 12; n++) {
    const manifests = Array.from({ length: 1000 }, (_, i) => [`sha256:${n}-${i}` as Digest, 1]);
    await counter.tell({ manifests: manifests as never });
  }
  await counter.flush();
  expect(await total(counter)).toBe(12_000);
});

test('pulls are written to the database within half a minute, further ones every five minutes', async () => {
  const { counter } = await pushed();
  const alarm = async () => (await counter.inside((storage) => storage.getAlarm())) ?? 0;
  const start = Date.now();
  await counter.tell();
  expect(await alarm()).toBeGreaterThan(start + 20_000);
  expect(await alarm()).toBeLessThanOrEqual(Date.now() + 28_000);
  await counter.flush();
  const flushed = Date.now();
  await counter.tell();
  expect(await alarm()).toBeGreaterThan(flushed + 290_000);
  expect(await alarm()).toBeLessThanOrEqual(Date.now() + 300_000);
});

test('a counter that is told more than it should keep waits no longer', async () => {
  const { counter } = await pushed();
  await counter.tell();
  await counter.flush();
  await counter.inside(({ kv }) => {
    const note = { imageId: counter.imageId, at: Date.now(), manifests: [['sha256:0', 1]] };
    for (let n = 0; n < 2000; n++) {
      const kept = { seq: n + 2, arrivedAt: Date.now(), note: { ...note, id: `n${n}` } };
      kv.put(`note:n${n}`, kept);
    }
  });
  await evictDurableObject(counter.stub);
  await counter.tell();
  await vi.waitFor(async () => expect(await total(counter)).toBe(2002), 10_000);
});

test('what a Worker of another release says is refused, and nothing else suffers', async () => {
  const { counter } = await pushed();
  await counter.tell();
  const said = { method: 'POST', body: JSON.stringify({ kind: 'served', digest: 'sha256:0' }) };
  expect((await counter.stub.fetch('https://pulls/', said)).status).toBe(404);
  await counter.flush();
  expect(await total(counter)).toBe(1);
});

test('a counter that is asked to flush has brought all it knows to the database', async () => {
  const { counter } = await pushed();
  const flush = async () =>
    (await counter.stub.fetch(COUNTER_URLS.flush, { method: 'POST' })).status;
  expect(await flush()).toBe(204);
  expect(await counter.inside(({ kv }) => [...kv.list()])).toEqual([]);
  await counter.tell();
  await Promise.all([flush(), counter.flush(), flush()]);
  expect(await total(counter)).toBe(1);
});

test('an idle counter keeps nothing, and counts again later', async () => {
  const { counter } = await pushed();
  await counter.tell();
  await later(30, () => counter.flush());
  expect(await counter.inside(({ kv }) => [...kv.list()])).toEqual([]);
  expect(await counter.flush()).toBe(false);
  await counter.tell();
  await counter.flush();
  expect(await total(counter)).toBe(2);
});

import { evictDurableObject } from 'cloudflare:test';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { addPulls } from '../../src/storage/pulls.ts';
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
  const { image, tags, manifests } = await readPulls(counter.imageId);
  expect([image, tags]).toEqual([1000, { v1: 334, v2: 333 }]);
  expect(manifests).toEqual({ [digests[0] ?? '']: 667, [digests[1] ?? '']: 333 });
});

test('500 pulls of an index at once, each with its child, are 500', {
  timeout: 120_000,
}, async () => {
  const name = unique('library/index');
  const child = await pushImage(name, null);
  await pushIndex(name, 'v1', [child.descriptor]);
  const pull = async () => {
    await get(name, 'v1');
    await get(name, child.digest);
  };
  await Promise.all(Array.from({ length: 500 }, pull));
  const counter = await Counter.of(name);
  await counter.waitFor(1000);
  await counter.flush();
  expect((await readPulls(counter.imageId)).tags).toEqual({ v1: 500 });
  expect(await total(counter)).toBe(500);
});

test('pulls survive the eviction of the counter before its flush', async () => {
  const { counter } = await pushed();
  await counter.serve();
  await evictDurableObject(counter.stub);
  await counter.serve();
  await evictDurableObject(counter.stub);
  expect(await counter.flush()).toBe(true);
  expect(await total(counter)).toBe(2);
});

test('a note that arrives twice counts once, even after a flush and a restart', async () => {
  const { counter } = await pushed();
  const id = crypto.randomUUID();
  await Promise.all([counter.serve({ id }), counter.serve({ id })]);
  await counter.flush();
  await evictDurableObject(counter.stub);
  await counter.serve({ id });
  await counter.serve();
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
  for (const _ of [1, 2]) await counter.serve();
  await beginFlush(counter);
  const begun = await counter.inside(({ kv }) => kv.get('batch'));
  expect(begun).toBeDefined();
  await counter.flush();
  expect(await total(counter)).toBe(2);
  await counter.inside(({ kv }) => {
    kv.put('batch', begun);
    kv.delete('flushed');
  });
  await evictDurableObject(counter.stub);
  await counter.serve();
  await counter.flush();
  await counter.flush();
  expect(await readPulls(counter.imageId)).toMatchObject({ image: 3, tags: { v1: 3 } });
});

test('a crash before the database has the pulls loses none', async () => {
  const { counter } = await pushed();
  await counter.serve();
  await beginFlush(counter);
  await evictDurableObject(counter.stub);
  await counter.serve();
  await counter.flush();
  expect(await total(counter)).toBe(2);
});

test('a batch that arrives late, after its repetition or a later batch, adds nothing', async () => {
  const { counter } = await pushed();
  const db = openDatabase(bindings.DB);
  const add = (batch: number) =>
    addPulls(
      db,
      counter.imageId,
      batch,
      [{ day: 20_000, tag: 'v1', digest: 'sha256:0', pulls: 1, lastAt: 1 }],
      Date.now(),
    );
  await add(7);
  await expect(add(7)).rejects.toThrow('NOT NULL');
  await add(8);
  await expect(add(7)).rejects.toThrow('NOT NULL');
  const { image, tags, days } = await readPulls(counter.imageId);
  expect([image, tags, days]).toEqual([2, { v1: 2 }, { '2024-10-04 v1': 2 }]);
});

test('pulls wait while the database fails, and are all counted afterwards', async () => {
  const { counter } = await pushed();
  await query(
    `CREATE TRIGGER failing BEFORE INSERT ON pulls_by_day BEGIN SELECT RAISE(ABORT, 'failing'); END`,
  );
  for (const waiting of [1, 2, 3]) {
    await counter.serve();
    expect(await counter.flush()).toBe(true);
    expect(await readPulls(counter.imageId)).toMatchObject({ image: 0, tags: {}, days: {} });
    expect(await counter.rows('SELECT count(*) AS n FROM pulls')).toEqual([{ n: waiting }]);
    expect(await counter.inside((storage) => storage.getAlarm())).toBeGreaterThan(Date.now());
  }
  await query('DROP TRIGGER failing');
  await counter.flush();
  expect(await readPulls(counter.imageId)).toMatchObject({ image: 3, tags: { v1: 3 } });
});

test('the days of pulls are those of UTC', async () => {
  const { counter } = await pushed();
  const midnight = Date.UTC(2026, 2, 1);
  for (const at of [midnight - 1, midnight, midnight + 1, midnight + DAY - 1, midnight + DAY]) {
    await counter.serve({ at });
  }
  await counter.serve({ at: midnight, tag: null, digest: 'sha256:abc' as never });
  await counter.flush();
  expect((await readPulls(counter.imageId)).days).toEqual({
    '2026-02-28 v1': 1,
    '2026-03-01 v1': 3,
    '2026-03-01 sha256:abc': 1,
    '2026-03-02 v1': 1,
  });
});

test('a pull made now counts for today', async () => {
  const { name, counter } = await pushed();
  const before = dayOf(Date.now());
  await get(name, 'v1');
  await counter.waitFor(1);
  await counter.flush();
  const [day] = Object.keys((await readPulls(counter.imageId)).days);
  expect([`${before} v1`, `${dayOf(Date.now())} v1`]).toContain(day);
});

test('the last pull of a version and of its content is stored to the minute, and never decreases', async () => {
  const { digest, counter } = await pushed();
  const lastPulled = async () => {
    const [tag] = await query(
      'SELECT last_pulled_at AS at FROM tags WHERE image_id = ?',
      counter.imageId,
    );
    const [manifest] = await query(
      'SELECT last_pulled_at AS at FROM manifests WHERE image_id = ?',
      counter.imageId,
    );
    return [tag?.at, manifest?.at];
  };
  expect(await lastPulled()).toEqual([null, null]);
  const noon = Date.UTC(2026, 5, 1, 12);
  for (const at of [noon + 59_999, noon + 1]) await counter.serve({ at, digest: digest as never });
  await counter.flush();
  expect(await lastPulled()).toEqual([noon, noon]);
  await counter.serve({ at: noon - DAY, digest: digest as never });
  await counter.flush();
  expect(await lastPulled()).toEqual([noon, noon]);
  await counter.serve({ at: noon + 60_000, digest: digest as never });
  await counter.flush();
  expect(await lastPulled()).toEqual([noon + 60_000, noon + 60_000]);
});

test('a version that was deleted before the flush does not affect the others', async () => {
  const { name, digests, counter } = await pushed(['v1', 'v2']);
  for (const tag of ['v1', 'v2']) await get(name, tag);
  await counter.waitFor(2);
  const path = `/v2/${name}/manifests`;
  await expectStatus(await send(ADMIN, 'DELETE', `${path}/${digests[0]}`), 202);
  await counter.flush();
  const { image, tags } = await readPulls(counter.imageId);
  expect([image, tags]).toEqual([2, { v2: 1 }]);
});

test('an image in the trash keeps its pulls', async () => {
  const { counter } = await pushed();
  await counter.serve();
  await trashImage(counter.imageId);
  await counter.flush();
  expect(await readPulls(counter.imageId)).toMatchObject({ image: 1, tags: { v1: 1 } });
});

test('pulls of a purged image are dropped', async () => {
  const counter = new Counter(987_654);
  await counter.serve();
  await counter.flush();
  expect(await counter.inside(({ kv }) => kv.get('batch'))).toBeUndefined();
  expect(await readPulls(counter.imageId)).toMatchObject({ image: undefined, days: {} });
  expect(await query('SELECT * FROM pull_flushes WHERE image_id = 987654')).toEqual([]);
});

test('more pulls than fit one batch are all counted by one alarm', {
  timeout: 60_000,
}, async () => {
  const { counter } = await pushed();
  await counter.serve();
  await counter.inside(
    ({ sql }) =>
      sql.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
      INSERT INTO pulls (id, at, tag, digest, counts) SELECT 'n' || i, 0, 'v1', 'sha256:0', 1 FROM n`)
        .rowsWritten,
  );
  await counter.flush();
  expect(await readPulls(counter.imageId)).toMatchObject({ image: 12_001, tags: { v1: 12_001 } });
});

test('pulls are written to the database within seconds, then at most twice a minute', async () => {
  const { counter } = await pushed();
  const alarm = () => counter.inside((storage) => storage.getAlarm());
  const start = Date.now();
  await counter.serve();
  expect((await alarm()) ?? 0).toBeLessThan(start + 10_000);
  await counter.flush();
  const flushed = Date.now();
  await counter.serve();
  expect((await alarm()) ?? 0).toBeGreaterThan(flushed + 25_000);
  expect((await alarm()) ?? 0).toBeLessThan(Date.now() + 60_000);
});

test('an idle counter keeps nothing, and counts again later', async () => {
  const { counter, digest } = await pushed();
  const hourAgo = Date.now() - 3_600_000;
  const children = ['sha256:child'] as never;
  await counter.serve({ at: hourAgo, digest: digest as never, children });
  await counter.flush();
  const kept = await counter.inside(({ kv, sql }) => [
    ...kv.list(),
    ...sql.exec("SELECT name FROM sqlite_master WHERE name IN ('pulls', 'served')"),
  ]);
  expect(kept).toEqual([]);
  expect(await counter.flush()).toBe(false);
  await counter.serve();
  await counter.flush();
  expect(await total(counter)).toBe(2);
});

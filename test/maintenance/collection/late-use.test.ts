/** Content is kept as long after a use that is reported late, or only to the hour, as after any other. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  markExpiredTrash,
  releasePurgedVersions,
} from '../../../src/maintenance/collection/expired-trash.ts';
import type { Json } from '../../../src/maintenance/collection/slice.ts';
import {
  deleteReleasedManifests,
  releaseUntaggedManifests,
} from '../../../src/maintenance/collection/unused-content.ts';
import { beginRun, collect, DAY, HOUR } from '../../support/worker/collect.ts';
import { unique } from '../../support/worker/content.ts';
import { query } from '../../support/worker/database.ts';
import { makePlace } from '../../support/worker/people.ts';
import { get, tellUse } from '../../support/worker/pulls.ts';
import { pushImage } from '../../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../../support/worker/registry-client.ts';
import {
  endRuns,
  isThere,
  multiply,
  pushUntagged,
  pushUntaggedIndex,
  runPhase,
  wait,
} from './support/untagged.ts';

let repository: string;
beforeEach(async () => {
  repository = unique('library/late');
  await endRuns();
});

afterEach(() => {
  vi.useRealTimers();
});

/** Moves the clock, ms. */
const pass = (time: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + time });

test.each([false, true])(
  'a use a moment before its release keeps it, though its counter hears of it afterwards (emptying the trash: %s)',
  async (emptyTrash) => {
    const { digest } = await pushUntagged(repository);
    const idle = await pushUntagged(repository);
    await wait(31 * DAY);
    const collection = await beginRun({ gracePeriod: HOUR, useDelay: 5000, emptyTrash });
    await runPhase(releaseUntaggedManifests, collection);
    const first = await deleteReleasedManifests.slice(collection, null);
    expect(first.wakeAt).toBeGreaterThan(Date.now() + 3000);
    expect(first.wakeAt).toBeLessThanOrEqual(Date.now() + 5000);
    expect(await isThere(idle.digest)).toBe(true);
    await tellUse(repository, digest);
    pass(5000);
    await runPhase(deleteReleasedManifests, collection);
    expect([await isThere(digest), await isThere(idle.digest)]).toEqual([true, false]);
  },
);

test('a run waits once for all that it let go', async () => {
  const { digest } = await pushUntagged(repository);
  await multiply(digest, 120);
  const collection = await beginRun({ gracePeriod: HOUR, useDelay: 5000 });
  await runPhase(releaseUntaggedManifests, collection);
  let waits = 0;
  for (let at: Json | null = null; ; ) {
    const { next, wakeAt } = await deleteReleasedManifests.slice(collection, at);
    if (next === null) break;
    at = next;
    if (wakeAt === undefined) continue;
    waits++;
    pass(wakeAt - Date.now());
  }
  expect(waits).toBe(1);
});

test('what a user deleted and emptied from the trash waits for nothing', async () => {
  const { digest } = await pushImage(repository, 'v1');
  await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/v1`), 202);
  const collection = await beginRun({ gracePeriod: HOUR, useDelay: 5000, emptyTrash: true });
  await runPhase(markExpiredTrash, collection);
  await runPhase(releasePurgedVersions, collection);
  expect((await deleteReleasedManifests.slice(collection, null)).wakeAt).toBeUndefined();
  expect(await isThere(digest)).toBe(false);
});

test('an image of an index that goes in a run that empties the trash has those seconds, too', async () => {
  const { child, index } = await pushUntaggedIndex(repository);
  await wait(31 * DAY);
  const collection = await beginRun({ gracePeriod: HOUR, useDelay: 5000, emptyTrash: true });
  await runPhase(releaseUntaggedManifests, collection);
  pass(5000);
  const first = await deleteReleasedManifests.slice(collection, null);
  expect(await isThere(index)).toBe(false);
  const second = await deleteReleasedManifests.slice(collection, first.next);
  expect(second.wakeAt).toBeGreaterThan(Date.now());
  await tellUse(repository, child);
  pass(5000);
  await runPhase(deleteReleasedManifests, collection);
  expect(await isThere(child)).toBe(true);
});

const ways = ['GET', 'HEAD', '304', 'archive'] as const;

test.each(ways)('%s of what a run has let go keeps it before it is answered', async (way) => {
  const { digest } = await pushUntagged(repository);
  await wait(31 * DAY);
  const collection = await beginRun({ gracePeriod: HOUR, emptyTrash: true });
  await runPhase(releaseUntaggedManifests, collection);
  if (way === 'archive') {
    const image = repository.replace('/', '/images/');
    const path = `/api/v1/workspaces/${image}/manifests/${digest}/archive`;
    await (await expectStatus(await send(ADMIN, 'GET', path), 200)).arrayBuffer();
  } else if (way === '304') {
    await get(repository, digest, { headers: { 'if-none-match': `"${digest}"` }, status: 304 });
  } else {
    await get(repository, digest, { method: way });
  }
  // Not by its counter, which may hear of it later.
  const [row] = await query('SELECT released_at AS at FROM manifests WHERE digest = ?', digest);
  expect(row).toEqual({ at: null });
  await runPhase(deleteReleasedManifests, collection);
  expect(await isThere(digest)).toBe(true);
});

test('what is deleted while it is asked for is not there', async () => {
  const { digest } = await pushUntagged(repository);
  await wait(31 * DAY);
  await collect({ gracePeriod: HOUR });
  await get(repository, digest, { status: 404 });
});

/** An image without a tag that was used within one hour, which began at a time (ms). */
async function usedAt(hour: number, days: number) {
  const { workspace } = await makePlace();
  await query('UPDATE workspaces SET untagged_days = ? WHERE name = ?', days, workspace);
  repository = `${workspace}/app`;
  const { digest } = await pushUntagged(repository);
  await query(
    `UPDATE manifests SET unused_since = ?1, last_used_at = ?1, overwritten_at = ?1
      WHERE digest = ?2`,
    ...[hour, digest],
  );
  return { workspace, digest };
}

test.each([
  [30, 30 * DAY],
  [0, HOUR],
])(
  'what is kept for %s days after its use is kept so from the end of its hour',
  async (days, time) => {
    const hour = Math.floor(Date.now() / HOUR) * HOUR - 40 * DAY;
    const { workspace, digest } = await usedAt(hour, days);
    await collect({ workspace, gracePeriod: HOUR, now: hour + HOUR + time });
    expect(await isThere(digest)).toBe(true);
    await collect({ workspace, gracePeriod: HOUR, now: hour + HOUR + time + 1 });
    expect(await isThere(digest)).toBe(false);
  },
);

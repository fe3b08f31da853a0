/** Content that is asked for is not collected for having no tag, whatever the counters still hold. */
import { beforeEach, expect, test } from 'vitest';
import { previewCollection } from '../../../src/maintenance/collection/preview.ts';
import {
  deleteReleasedManifests,
  releaseUntaggedManifests,
} from '../../../src/maintenance/collection/unused-content.ts';
import { openServices } from '../../../src/services.ts';
import { beginRun, collect, DAY, HOUR } from '../../support/worker/collect.ts';
import { unique } from '../../support/worker/content.ts';
import { bindings, query } from '../../support/worker/database.ts';
import { makePlace } from '../../support/worker/people.ts';
import { Counter, get, tellUse } from '../../support/worker/pulls.ts';
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

const services = openServices(bindings);

let repository: string;
beforeEach(async () => {
  repository = unique('library/used');
  await endRuns();
});

test.each(['HEAD', 'GET'])('what was asked for a moment ago by %s stays', async (method) => {
  const { digest } = await pushUntagged(repository);
  const idle = await pushUntagged(repository);
  await wait(31 * DAY);
  await get(repository, digest, { method });
  await (await Counter.of(repository)).waitForUses(digest);
  await collect({ gracePeriod: HOUR });
  expect([await isThere(digest), await isThere(idle.digest)]).toEqual([true, false]);
  await wait(29 * DAY);
  await collect({ gracePeriod: HOUR });
  expect(await isThere(digest)).toBe(true);
  await wait(2 * DAY);
  await collect({ gracePeriod: HOUR });
  expect(await isThere(digest)).toBe(false);
});

test('an index stays that only its image is asked for', async () => {
  const { child, index } = await pushUntaggedIndex(repository);
  await wait(31 * DAY);
  await tellUse(repository, child);
  for (let hour = 0; hour < 3; hour++) {
    await collect({ gracePeriod: HOUR });
    await wait(2 * HOUR);
  }
  expect([await isThere(index), await isThere(child)]).toEqual([true, true]);
});

test('an image of an index that was collected stays if it is asked for before it goes, too', async () => {
  const { child, index } = await pushUntaggedIndex(repository);
  await wait(31 * DAY);
  await collect({ gracePeriod: HOUR });
  expect([await isThere(index), await isThere(child)]).toEqual([false, true]);
  await tellUse(repository, child);
  await (await Counter.of(repository)).flush();
  await wait(3 * HOUR);
  await collect({ gracePeriod: HOUR });
  expect(await isThere(child)).toBe(true);
});

test('what is asked for after a run has let it go, and before that run deletes it, stays', async () => {
  const { digest } = await pushUntagged(repository);
  const idle = await pushUntagged(repository);
  await wait(31 * DAY);
  const collection = await beginRun({ gracePeriod: HOUR });
  await runPhase(releaseUntaggedManifests, collection);
  await tellUse(repository, digest);
  await runPhase(deleteReleasedManifests, collection);
  expect([await isThere(digest), await isThere(idle.digest)]).toEqual([true, false]);
  await wait(3 * HOUR);
  await endRuns();
  await collect({ gracePeriod: HOUR });
  expect(await isThere(digest)).toBe(true);
});

test('nothing of an image goes while its counter does not answer, and the rest does', async () => {
  const { digest } = await pushUntagged(repository);
  const { PULLS } = bindings;
  const silent = (await Counter.of(repository)).stub.id;
  repository = unique('library/used');
  const other = await pushUntagged(repository);
  await wait(31 * DAY);
  const pulls = {
    idFromName: (name: string) => PULLS.idFromName(name),
    get: (id: DurableObjectId) =>
      id.equals(silent) ? { fetch: () => Promise.reject(new Error('away')) } : PULLS.get(id),
  } as unknown as DurableObjectNamespace;
  const run = await collect({ gracePeriod: HOUR, pulls });
  expect(run.report.errors.join()).toContain('its pull counter did not answer');
  expect([await isThere(digest), await isThere(other.digest)]).toEqual([true, false]);
  await collect({ gracePeriod: HOUR });
  expect(await isThere(digest)).toBe(false);
});

test('more untagged manifests than one slice takes all go, of every workspace', async () => {
  for (const place of [repository, `${(await makePlace()).workspace}/app`]) {
    repository = place;
    const { digest } = await pushUntagged(repository);
    await multiply(digest, 250);
  }
  const left = async () => await query("SELECT 1 FROM manifests WHERE media_type = 'many'");
  expect(await left()).toHaveLength(500);
  await collect({ gracePeriod: HOUR });
  expect(await left()).toEqual([]);
});

test('a preview knows of the last uses, and says them', async () => {
  const used = await pushUntagged(repository);
  const idle = await pushUntagged(repository);
  await tellUse(repository, idle.digest);
  await (await Counter.of(repository)).flush();
  await wait(31 * DAY);
  await tellUse(repository, used.digest);
  const [place] = await query<{ id: number; at: number }>(
    'SELECT workspace_id AS id, last_used_at AS at FROM manifests WHERE digest = ?',
    idle.digest,
  );
  const preview = await previewCollection(services, place?.id ?? 0, false, Date.now());
  const items = preview.items.filter(({ kind }) => kind === 'manifest');
  const found = items.map(({ reference, lastUsedAt }) => [reference, lastUsedAt]);
  expect(found).toContainEqual([idle.digest, place?.at]);
  expect(found).not.toContainEqual([used.digest, expect.anything()]);
});

test('what a user deletes and empties from the trash goes at once, though it was asked for', async () => {
  const { digest } = await pushImage(repository, 'v1');
  await get(repository, 'v1');
  await (await Counter.of(repository)).waitFor(1);
  await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/v1`), 202);
  await get(repository, digest, { method: 'HEAD' });
  await collect({ emptyTrash: true, gracePeriod: HOUR });
  expect(await isThere(digest)).toBe(false);
});

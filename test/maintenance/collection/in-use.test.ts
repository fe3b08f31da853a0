/** Content that is asked for is not collected for having no tag, whatever the counters still hold. */
import { beforeEach, expect, test } from 'vitest';
import type { Digest } from '../../../src/domain/digest.ts';
import { previewCollection } from '../../../src/maintenance/collection/preview.ts';
import type { Json, Phase, SliceContext } from '../../../src/maintenance/collection/slice.ts';
import {
  deleteReleasedManifests,
  releaseUntaggedManifests,
} from '../../../src/maintenance/collection/unused-content.ts';
import { openServices } from '../../../src/services.ts';
import { beginRun, collect, DAY, HOUR } from '../../support/worker/collect.ts';
import { unique } from '../../support/worker/content.ts';
import { bindings, query } from '../../support/worker/database.ts';
import { makePlace } from '../../support/worker/people.ts';
import { Counter, get } from '../../support/worker/pulls.ts';
import { pushImage, pushIndex } from '../../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../../support/worker/registry-client.ts';

const services = openServices(bindings);

let repository: string;
beforeEach(async () => {
  repository = unique('library/used');
  // The platform's run of a test before may have been cut off.
  await query("UPDATE collection_runs SET state = 'done' WHERE state = 'running'");
});

const isThere = async (digest: string) =>
  (await query('SELECT 1 FROM manifests WHERE digest = ?', digest)).length > 0;

/** Lets time pass for all manifests that nothing uses. */
async function wait(time: number): Promise<void> {
  await query(
    `UPDATE manifests
      SET unused_since = unused_since - ?1, released_at = released_at - ?1,
          overwritten_at = overwritten_at - ?1, last_used_at = last_used_at - ?1`,
    time,
  );
}

/** An image from which its tag has moved on. */
async function pushUntagged() {
  const image = await pushImage(repository, 'v1');
  await pushImage(repository, 'v1');
  return image;
}

/** An index of one image, from which its tag has moved on. */
async function pushUntaggedIndex() {
  const child = await pushImage(repository, null);
  const index = await pushIndex(repository, 'v1', [child.descriptor]);
  await pushImage(repository, 'v1');
  return { child: child.digest, index: index.digest };
}

async function use(digest: string): Promise<void> {
  const counter = await Counter.of(repository);
  await counter.tell({ manifests: [[digest as Digest, 0]] });
}

async function runPhase({ slice }: Phase, collection: SliceContext): Promise<void> {
  for (let at: Json | null = null; ; ) {
    const { next, errors = [] } = await slice(collection, at);
    expect(errors).toEqual([]);
    if (next === null) return;
    at = next;
  }
}

test.each(['HEAD', 'GET'])('what was asked for a moment ago by %s stays', async (method) => {
  const { digest } = await pushUntagged();
  const idle = await pushUntagged();
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
  const { child, index } = await pushUntaggedIndex();
  await wait(31 * DAY);
  await use(child);
  for (let hour = 0; hour < 3; hour++) {
    await collect({ gracePeriod: HOUR });
    await wait(2 * HOUR);
  }
  expect([await isThere(index), await isThere(child)]).toEqual([true, true]);
});

test('an image of an index that was collected stays if it is asked for before it goes, too', async () => {
  const { child, index } = await pushUntaggedIndex();
  await wait(31 * DAY);
  await collect({ gracePeriod: HOUR });
  expect([await isThere(index), await isThere(child)]).toEqual([false, true]);
  await use(child);
  await (await Counter.of(repository)).flush();
  await wait(3 * HOUR);
  await collect({ gracePeriod: HOUR });
  expect(await isThere(child)).toBe(true);
});

test('what is asked for after a run has let it go, and before that run deletes it, stays', async () => {
  const { digest } = await pushUntagged();
  const idle = await pushUntagged();
  await wait(31 * DAY);
  const collection = await beginRun({ gracePeriod: HOUR });
  await runPhase(releaseUntaggedManifests, collection);
  await use(digest);
  await runPhase(deleteReleasedManifests, collection);
  expect([await isThere(digest), await isThere(idle.digest)]).toEqual([true, false]);
  await wait(3 * HOUR);
  await query("UPDATE collection_runs SET state = 'done' WHERE state = 'running'");
  await collect({ gracePeriod: HOUR });
  expect(await isThere(digest)).toBe(true);
});

test('nothing of an image goes while its counter does not answer, and the rest does', async () => {
  const { digest } = await pushUntagged();
  const { PULLS } = bindings;
  const silent = (await Counter.of(repository)).stub.id;
  repository = unique('library/used');
  const other = await pushUntagged();
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
    const { digest } = await pushUntagged();
    await query(
      `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 250)
        INSERT INTO manifests (image_id, workspace_id, digest, media_type, size, content_size, content,
            pushed_at, pushed_by, unused_since)
          SELECT image_id, workspace_id, digest || n, 'many', 1, 1, '{}', 1, 'x', 1
            FROM n, manifests WHERE digest = ?`,
      digest,
    );
  }
  const left = async () => await query("SELECT 1 FROM manifests WHERE media_type = 'many'");
  expect(await left()).toHaveLength(500);
  await collect({ gracePeriod: HOUR });
  expect(await left()).toEqual([]);
});

test('a preview knows of the last uses, and says them', async () => {
  const used = await pushUntagged();
  const idle = await pushUntagged();
  await use(idle.digest);
  await (await Counter.of(repository)).flush();
  await wait(31 * DAY);
  await use(used.digest);
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

/** What is deleted and what is kept: tags, indexes, referrers, links and blobs. */
import { expect, test } from 'vitest';
import { expectCountsRight } from '../../storage/counts.ts';
import {
  allKeys,
  collect,
  countContent,
  DAY,
  HOUR,
  namedKeys,
} from '../../support/worker/collect.ts';
import { describeBytes, freshBytes, sha256, TYPES, unique } from '../../support/worker/content.ts';
import { query } from '../../support/worker/database.ts';
import { makePlace } from '../../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex, putManifest } from '../../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../../support/worker/registry-client.ts';

const fresh = () => `library/${unique('collected')}`;
const remove = async (repository: string, reference: string) =>
  await expectStatus(await send(ADMIN, 'DELETE', `/v2/${repository}/manifests/${reference}`), 202);
const isThere = async (repository: string, digest: string) =>
  (await send(ADMIN, 'HEAD', `/v2/${repository}/manifests/${digest}`)).status === 200;
const hasBlob = async (digest: string) =>
  (await query('SELECT 1 FROM blobs WHERE digest = ?', digest)).length > 0;

/** Deletes a version and collects with the trash, as the button does. */
async function removeForGood(repository: string, reference: string) {
  await remove(repository, reference);
  return await collect({ emptyTrash: true, gracePeriod: HOUR });
}

async function expectConsistent() {
  await expectCountsRight();
  expect(await allKeys()).toEqual(await namedKeys());
}

test('delete, collect with the trash, and the bytes are freed, in spite of the grace period', async () => {
  const repository = fresh();
  const layer = freshBytes(5000);
  await pushImage(repository, 'v1', { layers: [layer] });
  const run = await removeForGood(repository, 'v1');
  expect(run).toMatchObject({ state: 'done', freedBytes: 5032, freedObjects: 2 });
  expect(await hasBlob(sha256(layer))).toBe(false);
  await expectConsistent();
});

test('without the trash nothing of it goes, until its time is over', async () => {
  const repository = fresh();
  const image = await pushImage(repository, 'v1');
  await remove(repository, 'v1');
  expect((await collect({ now: Date.now() + 6 * DAY })).freedObjects).toBe(0);
  expect(await hasBlob(image.config.digest)).toBe(true);
  const run = await collect({ now: Date.now() + 8 * DAY });
  expect(run.freedObjects).toBe(2);
  await expectConsistent();
});

test('what a tag moved on from is kept as long as the workspace says, then deleted', async () => {
  const repository = fresh();
  const old = await pushImage(repository, 'v1');
  await pushImage(repository, 'v1');
  await collect({ emptyTrash: true, now: Date.now() + 29 * DAY });
  expect(await isThere(repository, old.digest)).toBe(true);
  await collect({ now: Date.now() + 31 * DAY });
  expect(await isThere(repository, old.digest)).toBe(false);
  expect(await hasBlob(old.config.digest)).toBe(false);
  await expectConsistent();
});

test('what a collection let go and a push by digest brought again has the days of untagged content', async () => {
  const repository = fresh();
  const { text, digest } = await pushImage(repository, 'v1');
  const manifest = '(SELECT id FROM manifests WHERE digest = ?)';
  await query(`DELETE FROM tags WHERE manifest_id = ${manifest}`, digest);
  // What a collection leaves of a manifest that is within its grace period.
  const released = 'released_at = unixepoch() * 1000, overwritten_at = NULL';
  await query(`UPDATE manifests SET ${released} WHERE digest = ?`, digest);
  await expectStatus(await putManifest(repository, digest, text), 201);
  await collect({ now: Date.now() + 29 * DAY });
  expect(await isThere(repository, digest)).toBe(true);
  await collect({ now: Date.now() + 31 * DAY });
  expect(await isThere(repository, digest)).toBe(false);
});

test('a workspace that keeps untagged content keeps it for ever', async () => {
  const { workspace } = await makePlace();
  await query('UPDATE workspaces SET untagged_days = NULL WHERE name = ?', workspace);
  const repository = `${workspace}/app`;
  const old = await pushImage(repository, 'v1');
  await pushImage(repository, 'v1');
  const run = await collect({ workspace, now: Date.now() + 3000 * DAY });
  expect(await isThere(repository, old.digest)).toBe(true);
  expect(run.report.kept).toEqual([{ reason: 'untagged-policy', count: 1, bytes: 96 }]);
});

test('the history of one tag keeps what another tag left in the trash', async () => {
  const repository = fresh();
  const image = await pushImage(repository, 'v1');
  await putManifest(repository, 'v2', image.text);
  await pushImage(repository, 'v1');
  await removeForGood(repository, 'v2');
  expect(await isThere(repository, image.digest)).toBe(true);
  await collect({ now: Date.now() + 31 * DAY });
  expect(await isThere(repository, image.digest)).toBe(false);
});

test('an index goes with its children, but not with one that another tag uses', async () => {
  const repository = fresh();
  const [arm, intel] = [await pushImage(repository, null), await pushImage(repository, 'intel')];
  const index = await pushIndex(repository, 'all', [arm.descriptor, intel.descriptor]);
  await removeForGood(repository, 'all');
  expect(await isThere(repository, index.digest)).toBe(false);
  expect(await isThere(repository, arm.digest)).toBe(false);
  expect(await isThere(repository, intel.digest)).toBe(true);
  expect(await hasBlob(intel.config.digest)).toBe(true);
  await expectConsistent();
});

test('the children of an index that stays never go, tagged or not, at any depth', async () => {
  const repository = fresh();
  const image = await pushImage(repository, 'own');
  const inner = await pushIndex(repository, null, [image.descriptor]);
  await pushIndex(repository, 'outer', [inner]);
  await removeForGood(repository, 'own');
  await collect({ now: Date.now() + 400 * DAY });
  for (const { digest } of [image, inner]) expect(await isThere(repository, digest)).toBe(true);
  await removeForGood(repository, 'outer');
  for (const { digest } of [image, inner]) expect(await isThere(repository, digest)).toBe(false);
  await expectConsistent();
});

test('two indexes share a child: it goes with the second', async () => {
  const repository = fresh();
  const child = await pushImage(repository, null);
  await pushIndex(repository, 'a', [child.descriptor], { annotations: { a: 'a' } });
  await pushIndex(repository, 'b', [child.descriptor], { annotations: { b: 'b' } });
  await removeForGood(repository, 'a');
  expect(await isThere(repository, child.digest)).toBe(true);
  await removeForGood(repository, 'b');
  expect(await isThere(repository, child.digest)).toBe(false);
});

test('referrers, and referrers of those, go with their subject and not before', async () => {
  const repository = fresh();
  const subject = await pushImage(repository, 'v1');
  const about = (one: { digest: string; text: string }) => ({
    fields: { subject: describeBytes(one.text, TYPES.image) },
  });
  const signature = await pushImage(repository, null, about(subject));
  const attestation = await pushImage(repository, null, about(signature));
  await collect({ emptyTrash: true, now: Date.now() + 400 * DAY });
  for (const { digest } of [signature, attestation]) {
    expect(await isThere(repository, digest)).toBe(true);
  }
  await removeForGood(repository, 'v1');
  for (const { digest } of [subject, signature, attestation]) {
    expect(await isThere(repository, digest)).toBe(false);
  }
  await expectConsistent();
});

test('a referrer of an absent subject is untagged content', async () => {
  const repository = fresh();
  const subject = describeBytes('nowhere', TYPES.image);
  const signature = await pushImage(repository, null, { fields: { subject } });
  await collect({ now: Date.now() + 29 * DAY });
  expect(await isThere(repository, signature.digest)).toBe(true);
  await collect({ now: Date.now() + 31 * DAY });
  expect(await isThere(repository, signature.digest)).toBe(false);
});

test('a layer that another image names stays, in the same repository and in another', async () => {
  const [one, two] = [fresh(), fresh()];
  const [shared, mounted] = [freshBytes(), freshBytes()];
  await pushImage(one, 'v1', { layers: [shared, mounted] });
  await pushImage(one, 'v2', { layers: [shared] });
  await pushImage(two, 'v1', { layers: [mounted] });
  const run = await removeForGood(one, 'v1');
  expect(run.freedObjects).toBe(1);
  for (const bytes of [shared, mounted]) expect(await hasBlob(sha256(bytes))).toBe(true);
  await expectConsistent();
});

test('a blob that no manifest names is kept for the grace period', async () => {
  const digest = await pushBlob(fresh());
  const run = await collect({ gracePeriod: HOUR });
  expect(run.report.kept).toContainEqual({ reason: 'grace-period', count: 1, bytes: 64 });
  expect(await hasBlob(digest)).toBe(true);
  await collect({ gracePeriod: HOUR, now: Date.now() + 2 * HOUR });
  expect(await hasBlob(digest)).toBe(false);
  await expectConsistent();
});

test('a manifest too large for a row goes with its object', async () => {
  const repository = fresh();
  const annotations = { text: 'x'.repeat(600_000) };
  const image = await pushImage(repository, 'v1', { fields: { annotations } });
  const run = await removeForGood(repository, 'v1');
  expect(run.freedObjects).toBe(3);
  expect(run.freedBytes).toBe(96 + image.text.length);
  await expectConsistent();
});

test('a collection of a workspace leaves the others alone', async () => {
  const [mine, other] = [await makePlace(), await makePlace()];
  const images = [];
  for (const { workspace } of [mine, other]) {
    const repository = `${workspace}/app`;
    images.push(await pushImage(repository, 'v1'));
    await remove(repository, 'v1');
    await pushBlob(repository);
  }
  const run = await collect({ workspace: mine.workspace, emptyTrash: true, now: Date.now() + 1 });
  expect(run).toMatchObject({ freedObjects: 3, freedBytes: 160 });
  expect(await hasBlob(String(images[1]?.config.digest))).toBe(true);
});

test('after deleting everything and collecting, the bucket and the tables are empty', async () => {
  const { workspace } = await makePlace();
  const repository = `${workspace}/app`;
  const image = await pushImage(repository, 'v1');
  await pushIndex(repository, 'all', [image.descriptor]);
  await pushImage(repository, null, { fields: { subject: image.descriptor } });
  await pushImage(repository, 'v1', {
    fields: { annotations: { text: 'x'.repeat(600_000) } },
  });
  await query("UPDATE workspaces SET deleted_at = ?, deleted_by = 'test' WHERE id > 1", Date.now());
  await query("UPDATE images SET deleted_at = ?, deleted_by = 'test' WHERE deleted_at IS NULL", 1);
  const run = await collect({ emptyTrash: true });
  expect(run).toMatchObject({ state: 'done', report: { errors: [], kept: [] } });
  expect(await countContent()).toEqual({});
  expect(await allKeys()).toEqual([]);
  expect(await query('SELECT name FROM workspaces')).toEqual([{ name: 'library' }]);
});

import { beforeAll, expect, test } from 'vitest';
import { expectCountsRight } from '../storage/counts.ts';
import { describeBytes, freshBytes, imageText, sha256 } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import { makeProject, makeWorkspace, trashImage } from '../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex, putManifest } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';
import { Changes } from './support/changes.ts';

/** Bytes that images have for themselves, and that they share. */
interface Sizes extends Record<string, number> {
  readonly own: number;
  readonly shared: number;
}

let changes: Changes;
let most: Sizes = { own: 0, shared: 0 };

beforeAll(async () => {
  changes = new Changes(['library', await makeWorkspace(await makeProject())]);
});

test.each([1, 2, 3, 4])(
  'the counters are right after any mix of pushes, deletions, restorations and collections (%i)',
  async (seed) => {
    changes.restart(seed);
    for (let step = 0; step < 60; step++) {
      const name = await changes.next();
      await expectCountsRight(`after step ${step}, ${name}`);
      const [sizes] = await query<Sizes>(`
        SELECT sum(unshared_size) AS own, sum(size) - sum(unshared_size) AS shared FROM images`);
      most = {
        own: Math.max(most.own, sizes?.own ?? 0),
        shared: Math.max(most.shared, sizes?.shared ?? 0),
      };
    }
  },
  300_000,
);

test('each of these changes was made, and there were blobs of one image and of many', () => {
  const never = Object.entries(changes.made).filter(([, count]) => count === 0);
  expect(never).toEqual([]);
  expect(most.own).toBeGreaterThan(0);
  expect(most.shared).toBeGreaterThan(0);
});

test('an image is as large as the blobs that its manifests name', async () => {
  const base = freshBytes(1000);
  const one = await pushImage('library/three', '1', { layers: [base, freshBytes(10)] });
  await pushImage('library/four', '1', { layers: [base] });
  await pushIndex('library/three', 'all', [one.descriptor]);
  const spare = freshBytes(77);
  await pushBlob('library/three', spare);
  await expectCountsRight();
  const id = await imageId('library/three');
  const read = async () => (await query('SELECT * FROM images WHERE id = ?', id))[0];
  expect(await read()).toMatchObject({ versions: 2, size: 1000 + 10 + 32, unshared_size: 42 });
  const named = imageText(one.config, [describeBytes(spare)]);
  await expectStatus(await putManifest('library/three', 'spare', named), 201);
  expect(await read()).toMatchObject({ versions: 3, size: 1042 + 77, unshared_size: 119 });
  for (const path of ['manifests/all', `manifests/${sha256(named)}`, `blobs/${sha256(spare)}`]) {
    await expectStatus(await send(ADMIN, 'DELETE', `/v2/library/three/${path}`), 202);
  }
  expect(await read()).toMatchObject({ versions: 1, size: 1042, unshared_size: 42 });
  await trashImage(await imageId('library/four'));
  await expectCountsRight();
});

test('an index is as large as the images it lists', async () => {
  const one = await pushImage('library/sized', null, { layers: [freshBytes(500)] });
  const two = await pushImage('library/sized', null, { layers: [freshBytes(300)] });
  const { digest } = await pushIndex('library/sized', 'all', [one.descriptor, two.descriptor]);
  await pushIndex('library/sized', 'again', [one.descriptor, two.descriptor]);
  const [row] = await query('SELECT content_size FROM manifests WHERE digest = ?', digest);
  expect(row?.content_size).toBe(532 + 332);
});

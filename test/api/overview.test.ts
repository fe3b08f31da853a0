import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Caller, call, expectAnswer, makeAdmin } from '../support/worker/api-client.ts';
import { freshBytes } from '../support/worker/content.ts';
import { imageId, query } from '../support/worker/database.ts';
import {
  makeProject,
  makeWorkspace,
  trashImage,
  trashWorkspace,
} from '../support/worker/people.ts';
import { addPulls } from '../support/worker/pulls.ts';
import { pushBlob, pushImage } from '../support/worker/push.ts';
import { countRowsRead } from '../support/worker/rows-read.ts';

const DAY = 24 * 60 * 60 * 1000;

interface Overview {
  readonly storage: { bytes: number; blobs: number; imageBytes: number };
  readonly counts: Record<string, number>;
  readonly pulls: { total: number; days: { day: string; pulls: number }[] };
  readonly topImages: Record<'byPulls' | 'bySize', { workspace: string; name: string }[]>;
  readonly topWorkspaces: { name: string }[];
  readonly takenAt: string;
}

let admin: Caller;

beforeAll(async () => {
  admin = await makeAdmin();
});

beforeEach(async () => {
  await query("DELETE FROM sweep_cursors WHERE name = 'overview'");
});

const read = async () => expectAnswer(await call<Overview>(admin, 'GET', '/overview'), 200);

/** The counters with their expected values. */
async function expectTotalsRight(): Promise<void> {
  const [right] = await query(
    `SELECT (SELECT count(*) FROM blobs) AS blobs, (SELECT sum(size) FROM blobs) AS bytes`,
  );
  const { storage } = await read();
  expect(storage).toMatchObject(right ?? {});
  const wrong = await query(
    `SELECT w.name, w.versions FROM workspaces AS w WHERE versions <> (
      SELECT coalesce(sum(n), 0) FROM (SELECT (SELECT count(*) FROM tags WHERE image_id = i.id) AS n
        FROM images AS i WHERE i.workspace_id = w.id
          AND i.published_at IS NOT NULL AND i.deleted_at IS NULL))`,
  );
  expect(wrong).toEqual([]);
}

test('a new platform stores nothing, and has the first admin and the one who asks', async () => {
  const found = await read();
  expect(found.storage).toEqual({ bytes: 0, blobs: 0, imageBytes: 0 });
  expect(found.counts).toEqual({
    departments: 1,
    projects: 1,
    users: 2,
    workspaces: 1,
    images: 0,
    versions: 0,
  });
  expect(found.pulls.total).toBe(0);
  expect(found.pulls.days).toHaveLength(30);
  expect(found.pulls.days.at(-1)?.day).toBe(new Date().toISOString().slice(0, 10));
  expect(found.topImages).toEqual({ byPulls: [], bySize: [] });
});

describe('the figures', () => {
  test('count shared content once as storage, and once for each image as image bytes', async () => {
    const base = freshBytes(10_000);
    const before = await read();
    await query("DELETE FROM sweep_cursors WHERE name = 'overview'");
    await pushImage('library/one', 'v1', { layers: [base] });
    await pushImage('library/two', 'v1', { layers: [base] });
    const { storage, counts } = await read();
    expect(storage.bytes - before.storage.bytes).toBe(10_000 + 2 * 32);
    expect(storage.imageBytes - before.storage.imageBytes).toBe(2 * (10_000 + 32));
    expect([counts.images, counts.versions]).toEqual([2, 2]);
  });

  test('follow deletions and restorations', async () => {
    const workspace = await makeWorkspace(await makeProject());
    const repository = `${workspace}/app`;
    await pushImage(repository, 'v1');
    await pushImage(repository, 'v2');
    const spare = await pushBlob(repository);
    await expectTotalsRight();
    const id = await imageId(repository);
    await trashImage(id);
    await expectTotalsRight();
    await query('UPDATE images SET deleted_at = NULL WHERE id = ?', id);
    await query("DELETE FROM tags WHERE image_id = ? AND name = 'v1'", id);
    await expectTotalsRight();
    const [row] = await query('SELECT versions FROM workspaces WHERE name = ?', workspace);
    expect(row?.versions).toBe(1);
    await trashWorkspace(workspace);
    await query("DELETE FROM sweep_cursors WHERE name = 'overview'");
    expect((await read()).counts.versions).toBe(2);
    await query(
      'DELETE FROM image_blobs WHERE blob_id = (SELECT id FROM blobs WHERE digest = ?)',
      spare,
    );
    await query('DELETE FROM blobs WHERE digest = ?', spare);
    await expectTotalsRight();
  });

  test('of pulls add up all images by day, including deleted ones', async () => {
    const id = await imageId('library/one');
    const today = Math.floor(Date.now() / DAY);
    for (const [image, days, digest, pulls] of [
      [id, 0, 'sha256:1', 3],
      [id, 0, 'sha256:2', 4],
      [id, 29, 'sha256:1', 5],
      [id, 30, 'sha256:1', 6],
      [await imageId('library/two'), 0, 'sha256:1', 7],
      [id, 0, 'sha256:2', 1],
    ] as const) {
      await addPulls(image, (today - days) * 24 + 23, pulls, digest);
    }
    const { pulls } = await read();
    expect(pulls.total).toBe(26);
    expect(pulls.days.at(-1)?.pulls).toBe(15);
    expect(pulls.days[0]?.pulls).toBe(5);
    await query('DELETE FROM pulls_by_day WHERE image_id = ?', id);
    await query('DELETE FROM image_pulls_by_hour WHERE image_id = ?', id);
    expect((await read()).pulls.total).toBe(26);
  });

  test('are read at most once a minute', async () => {
    const { takenAt, counts } = await read();
    await makeProject();
    expect(await read()).toMatchObject({ takenAt, counts });
    await query(
      `UPDATE sweep_cursors SET cursor = json_set(cursor, '$.takenAt', ?) WHERE name = 'overview'`,
      Date.now() - 61_000,
    );
    expect((await read()).counts.projects).toBe((counts.projects ?? 0) + 1);
  });
});

test('reads only the workspaces among 20,000 images and 50,000 blobs in 200 workspaces', async () => {
  const numbers = (count: number) => `WITH RECURSIVE n(n) AS (
    SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${count - 1})`;
  await query(
    `${numbers(200)} INSERT INTO workspaces (id, project_id, name, access, created_at, created_by)
      SELECT 1000 + n, 1, printf('big-%03d', n), 'private', 0, 'x' FROM n`,
  );
  await query(
    `${numbers(20_000)} INSERT INTO images
        (workspace_id, project_id, name, pulls, size, created_at, updated_at, published_at)
      SELECT 1000 + n % 200, 1, printf('image-%05d', n), n * 7919 % 20000 + 1e6, n * 104729 % 20000 + 1e6, 0, 0, 1
        FROM n`,
  );
  await query(
    `${numbers(50_000)} INSERT INTO blobs (digest, key, size, created_at) SELECT 'b' || n, 'k' || n, 1, 0 FROM n`,
  );
  // The first look counts the new blobs for good.
  await expectTotalsRight();
  await query("DELETE FROM sweep_cursors WHERE name = 'overview'");
  const [found, rows] = await countRowsRead(read);
  expect(rows).toBeLessThan(200 * 25);
  const named = (by: string) =>
    query(
      `SELECT w.name AS workspace, i.name FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
      ORDER BY i.${by} DESC, i.id DESC LIMIT 10`,
    );
  expect(found.topImages.byPulls).toMatchObject(await named('pulls'));
  expect(found.topImages.bySize).toMatchObject(await named('size'));
  const [largest] = await query('SELECT name FROM workspaces ORDER BY size DESC, name LIMIT 1');
  expect(found.topWorkspaces[0]).toMatchObject(largest ?? {});
  const [, again] = await countRowsRead(read);
  expect(again).toBeLessThan(60);
}, 60_000);

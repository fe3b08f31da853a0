import { beforeAll, expect, test } from 'vitest';
import { collect, HOUR } from '../../support/worker/collect.ts';
import { query } from '../../support/worker/database.ts';
import { countRowsRead } from '../../support/worker/rows-read.ts';

const BLOBS = 1_000_000;
const MANIFESTS = 20_000;
const GARBAGE = 100;

const numbers = (count: number) =>
  `WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < ${count - 1})`;

beforeAll(async () => {
  await query(
    `${numbers(BLOBS)} INSERT INTO blobs (id, digest, key, size, created_at)
      SELECT 1 + n, printf('sha256:%064x', n), printf('blobs/%d', n), 10, 0 FROM n`,
  );
  await query(
    `INSERT INTO images (id, workspace_id, project_id, name, created_at, updated_at, published_at)
      VALUES (1, 1, 1, 'large', 0, 0, 0)`,
  );
  await query(
    `${numbers(BLOBS)} INSERT INTO image_blobs (blob_id, image_id, uses) SELECT 1 + n, 1, 1 FROM n`,
  );
  await query(
    `${numbers(MANIFESTS)} INSERT INTO manifests
        (id, image_id, workspace_id, digest, media_type, size, content_size, content, pushed_at,
          pushed_by, uses)
      SELECT 1 + n, 1, 1, printf('sha256:%064x', n), 'x', 1, 1, '{}', 0, 'x', 1 FROM n`,
  );
  await query(
    `${numbers(GARBAGE)} INSERT INTO blobs (id, digest, key, size, created_at)
      SELECT ${BLOBS} + 1 + n, printf('sha256:f%063x', n), printf('blobs/garbage-%d', n), 10, 0
        FROM n`,
  );
  await query(
    `${numbers(GARBAGE)} INSERT INTO image_blobs (blob_id, image_id, unused_since)
      SELECT ${BLOBS} + 1 + n, 1, 1 FROM n`,
  );
}, 300_000);

test('of a million blobs a collection reads only the garbage', async () => {
  const [run, rows] = await countRowsRead(() => collect({ gracePeriod: HOUR }));
  expect(run).toMatchObject({ freedObjects: GARBAGE, freedBytes: GARBAGE * 10, state: 'done' });
  expect(rows).toBeLessThan(50 * GARBAGE);
});

test('and without garbage next to nothing', async () => {
  const [run, rows] = await countRowsRead(() => collect({ gracePeriod: HOUR }));
  expect(run.freedObjects).toBe(0);
  expect(rows).toBeLessThan(100);
});

test('a tag of a large image that is deleted costs what it names', async () => {
  await query(
    `INSERT INTO trashed_tags
        (image_id, name, manifest_id, created_at, updated_at, updated_by, deleted_at, deleted_by)
      VALUES (1, 'v1', 5, 0, 0, 'x', 1, 'x')`,
  );
  await query('UPDATE manifests SET uses = 1 WHERE id = 5');
  const [, rows] = await countRowsRead(() => collect({ emptyTrash: true }));
  expect(await query('SELECT 1 FROM manifests WHERE id = 5')).toEqual([]);
  expect(rows).toBeLessThan(200);
});

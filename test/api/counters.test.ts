import { expect, test } from 'vitest';
import { freshBytes, sha256 } from '../support/worker/content.ts';
import { bindings, imageId, query } from '../support/worker/database.ts';
import { makeProject, makeWorkspace, trashImage } from '../support/worker/people.ts';
import { pushBlob, pushImage, pushIndex } from '../support/worker/push.ts';
import { ADMIN, expectStatus, send } from '../support/worker/registry-client.ts';

const LISTED = 'published_at IS NOT NULL AND deleted_at IS NULL';

/** Every counter beside what it should be, for rows where they differ. */
async function wrongCounters(): Promise<unknown[]> {
  const images = await query(`
    SELECT * FROM (SELECT i.id, i.versions, i.size, i.unshared_size,
      (SELECT count(*) FROM tags WHERE image_id = i.id) AS v,
      (SELECT coalesce(sum(b.size), 0) FROM image_blobs AS l JOIN blobs AS b USING (digest)
        WHERE l.image_id = i.id AND l.deleted_at IS NULL) AS s,
      (SELECT coalesce(sum(b.size), 0) FROM image_blobs AS l JOIN blobs AS b USING (digest)
        WHERE l.image_id = i.id AND l.deleted_at IS NULL AND b.uses = 1) AS u
      FROM images AS i) WHERE (versions, size, unshared_size) <> (v, s, u)`);
  const workspaces = await query(`
    SELECT * FROM (SELECT w.id, w.image_count, w.size, w.pulls,
      (SELECT count(*) FROM images WHERE workspace_id = w.id AND ${LISTED}) AS c,
      (SELECT coalesce(sum(size), 0) FROM images WHERE workspace_id = w.id AND ${LISTED}) AS s,
      (SELECT coalesce(sum(pulls), 0) FROM images WHERE workspace_id = w.id AND ${LISTED}) AS p
      FROM workspaces AS w) WHERE (image_count, size, pulls) <> (c, s, p)`);
  const days = await query(`
    SELECT * FROM (SELECT image_id, day, sum(pulls) AS p FROM pulls_by_day GROUP BY image_id, day)
      LEFT JOIN image_pulls_by_day AS d USING (image_id, day) WHERE d.pulls IS NOT p`);
  return [...images, ...workspaces, ...days];
}

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** One change of the tables, as pushes, deletes, the trash, collection and pulls make them. */
function change(random: (below: number) => number): { sql: string; values: unknown[] } {
  const image = `image-${random(6)}`;
  const digest = `blob-${random(8)}`;
  const tag = `t${random(4)}`;
  const id = '(SELECT id FROM images WHERE name = ?)';
  const any: readonly [string, unknown[]][] = [
    [
      `INSERT OR IGNORE INTO images (id, workspace_id, name, pulls, size, created_at, updated_at, published_at)
        SELECT 1000 + ${random(1000)}, 1 + ${random(2)}, ?, ${random(5)}, 0, 0, 0, iif(${random(2)}, 1, NULL)
          WHERE NOT EXISTS (SELECT 1 FROM images WHERE name = ?)`,
      [image, image],
    ],
    [
      `INSERT INTO image_blobs (image_id, digest, linked_at, deleted_at)
        SELECT id, ?, 0, iif(${random(4)}, NULL, 1) FROM images WHERE name = ? AND deleted_at IS NULL
        ON CONFLICT DO UPDATE SET deleted_at = NULL`,
      [digest, image],
    ],
    [`DELETE FROM image_blobs WHERE digest = ? AND image_id = ${id}`, [digest, image]],
    [
      `UPDATE image_blobs SET deleted_at = iif(${random(2)}, 1, NULL) WHERE digest = ? AND image_id = ${id}`,
      [digest, image],
    ],
    [
      `INSERT INTO manifests (image_id, digest, media_type, size, content_size, content, pushed_at, pushed_by)
        SELECT id, 'm', 'x', 1, 1, 'x', 0, 'x' FROM images WHERE name = ? AND deleted_at IS NULL
        ON CONFLICT DO NOTHING`,
      [image],
    ],
    [
      `INSERT INTO tags (image_id, name, manifest_digest, created_at, updated_at, updated_by)
        SELECT i.id, ?, 'm', 0, 0, 'x' FROM images AS i JOIN manifests AS m ON m.image_id = i.id
          WHERE i.name = ? AND i.deleted_at IS NULL
        ON CONFLICT DO UPDATE SET updated_at = 1`,
      [tag, image],
    ],
    [`DELETE FROM tags WHERE name = ? AND image_id = ${id}`, [tag, image]],
    [`UPDATE images SET published_at = 1, pulls = pulls + ${random(9)} WHERE name = ?`, [image]],
    [`UPDATE images SET deleted_at = iif(${random(2)}, 1, NULL) WHERE name = ?`, [image]],
    [
      `INSERT INTO pulls_by_day (image_id, day, reference, pulls)
        SELECT id, ${random(2)}, ?, 1 + ${random(5)} FROM images WHERE name = ?
        ON CONFLICT DO UPDATE SET pulls = pulls + excluded.pulls`,
      [tag, image],
    ],
    [
      `DELETE FROM images WHERE name = ? AND NOT EXISTS (SELECT 1 FROM image_blobs WHERE image_id = images.id)
        AND NOT EXISTS (SELECT 1 FROM manifests WHERE image_id = images.id)`,
      [image],
    ],
  ];
  const [sql, values] = any[random(any.length)] ?? ['', []];
  return { sql, values };
}

test.each([1, 2, 3])('the counters are right after any mix of changes (%i)', async (seed) => {
  const random = numbers(seed);
  if (seed === 1) {
    const project = await makeProject();
    await makeWorkspace(project);
    for (let n = 0; n < 8; n++) {
      const values = [`blob-${n}`, `key-${n}`, 10 ** n];
      await query(
        'INSERT INTO blobs (digest, key, size, created_at) VALUES (?, ?, ?, 0)',
        ...values,
      );
    }
  }
  for (let round = 0; round < 20; round++) {
    const changes = Array.from({ length: 25 }, () => change(random));
    await bindings.DB.batch(
      changes.map(({ sql, values }) => bindings.DB.prepare(sql).bind(...values)),
    );
    expect(await wrongCounters(), `round ${round}`).toEqual([]);
  }
  const [total] = await query('SELECT sum(versions) AS v, sum(unshared_size) AS u FROM images');
  expect(total?.v).toBeGreaterThan(0);
  expect(total?.u).toBeGreaterThan(0);
});

test('pushing and deleting through the protocol keeps them right', async () => {
  const base = freshBytes(1000);
  const one = await pushImage('library/one', '1', { layers: [base, freshBytes(10)] });
  await pushImage('library/two', '1', { layers: [base] });
  await pushIndex('library/one', 'all', [one.descriptor]);
  const spare = freshBytes(77);
  await pushBlob('library/one', spare);
  expect(await wrongCounters()).toEqual([]);
  const [before] = await query('SELECT * FROM images WHERE id = ?', await imageId('library/one'));
  expect(before).toMatchObject({ versions: 2, size: 1000 + 10 + 32 + 77, unshared_size: 119 });
  for (const path of [`manifests/all`, `blobs/${sha256(spare)}`]) {
    await expectStatus(await send(ADMIN, 'DELETE', `/v2/library/one/${path}`), 202);
  }
  await trashImage(await imageId('library/two'));
  expect(await wrongCounters()).toEqual([]);
});

test('an index is as large as the images it lists', async () => {
  const one = await pushImage('library/sized', null, { layers: [freshBytes(500)] });
  const two = await pushImage('library/sized', null, { layers: [freshBytes(300)] });
  const { digest } = await pushIndex('library/sized', 'all', [one.descriptor, two.descriptor]);
  await pushIndex('library/sized', 'again', [one.descriptor, two.descriptor]);
  const [row] = await query('SELECT content_size FROM manifests WHERE digest = ?', digest);
  expect(row?.content_size).toBe(532 + 332);
});

import { expect } from 'vitest';
import { openDatabase } from '../../src/storage/database.ts';
import { readStoredTotals } from '../../src/storage/workspaces/overview.ts';
import { bindings, query } from '../support/worker/database.ts';

/** A number of uses, and whether the row says since when there have been none. */
const uses = (count: string, unused: string) => `${count} || iif(${unused}, ', unused', '')`;

/** Whether manifests of an image other than `i` name the blob `b`. */
const IS_SHARED = `EXISTS (
  SELECT 1 FROM manifest_blobs AS ob JOIN manifests AS om ON om.id = ob.manifest_id
    WHERE ob.blob_id = b.id AND om.image_id <> i.id)`;

const LISTED = 'workspace_id = w.id AND published_at IS NOT NULL AND deleted_at IS NULL';

/** Each counter with what it has to be, recomputed from the rows it counts. */
const COUNTERS = {
  'uses of links': `
    SELECT l.image_id || '/' || b.digest AS name,
        ${uses('l.uses', 'l.unused_since IS NOT NULL')} AS counted,
        ${uses('n.count', 'n.count = 0')} AS expected
      FROM image_blobs AS l JOIN blobs AS b ON b.id = l.blob_id
        JOIN (SELECT l.blob_id, l.image_id, count(m.id) AS count
          FROM image_blobs AS l LEFT JOIN manifest_blobs AS mb ON mb.blob_id = l.blob_id
            LEFT JOIN manifests AS m ON m.id = mb.manifest_id AND m.image_id = l.image_id
          GROUP BY 1, 2) AS n ON n.blob_id = l.blob_id AND n.image_id = l.image_id`,
  'uses of manifests': `
    SELECT name, ${uses('uses', 'unused_since IS NOT NULL')} AS counted,
        ${uses('count', 'count = 0')} AS expected
      FROM (SELECT m.image_id || '/' || m.digest AS name, m.uses, m.unused_since,
          (SELECT count(*) FROM tags WHERE manifest_id = m.id)
          + (SELECT count(*) FROM trashed_tags WHERE manifest_id = m.id)
          + (SELECT count(*) FROM manifest_children WHERE child_id = m.id)
          + (SELECT count(*) FROM manifests AS s
            WHERE s.image_id = m.image_id AND s.digest = m.subject_digest) AS count
        FROM manifests AS m)`,
  'versions, accessories, size and unshared size of images': `
    SELECT i.id AS name,
        format('%d %d %d %d', i.versions, i.accessories, i.size, i.unshared_size) AS counted,
        format('%d %d %d %d',
          (SELECT count(*) FROM tags WHERE image_id = i.id AND subject IS NULL),
          (SELECT count(*) FROM tags WHERE image_id = i.id AND subject IS NOT NULL),
          coalesce(sum(b.size), 0), coalesce(sum(iif(${IS_SHARED}, 0, b.size)), 0)) AS expected
      FROM images AS i
        LEFT JOIN (SELECT DISTINCT m.image_id, mb.blob_id FROM manifests AS m
          JOIN manifest_blobs AS mb ON mb.manifest_id = m.id) AS named ON named.image_id = i.id
        LEFT JOIN image_blobs AS l ON l.image_id = named.image_id AND l.blob_id = named.blob_id
          AND l.deleted_at IS NULL
        LEFT JOIN blobs AS b ON b.id = l.blob_id
      GROUP BY i.id`,
  'images, size, pulls and versions of workspaces': `
    SELECT w.name, format('%d %d %d %d', w.image_count, w.size, w.pulls, w.versions) AS counted,
        (SELECT format('%d %d %d %d', count(*), coalesce(sum(size), 0), coalesce(sum(pulls), 0),
            coalesce(sum(versions), 0)) FROM images WHERE ${LISTED}) AS expected
      FROM workspaces AS w`,
  'pulls of images by hour': `
    SELECT format('%d, day %d', image_id, day) AS name, counted, expected
      FROM (SELECT image_id, day, sum(pulls) AS expected FROM pulls_by_day GROUP BY 1, 2)
        LEFT JOIN (SELECT image_id, hour / 24 AS day, sum(pulls) AS counted
          FROM image_pulls_by_hour GROUP BY 1, 2) USING (image_id, day)`,
};

/** Rows that nothing but a mistake leaves. */
const LEFTOVERS = {
  'blobs without a link': `
    SELECT digest FROM blobs AS b
      WHERE NOT EXISTS (SELECT 1 FROM image_blobs WHERE blob_id = b.id)`,
  'names of blobs with the image of another manifest': `
    SELECT mb.* FROM manifest_blobs AS mb JOIN manifests AS m ON m.id = mb.manifest_id
      WHERE m.image_id <> mb.image_id`,
  'indexes that list a manifest of another image': `
    SELECT c.* FROM manifest_children AS c JOIN manifests AS p ON p.id = c.parent_id
      JOIN manifests AS m ON m.id = c.child_id WHERE m.image_id <> p.image_id`,
  'manifests with another workspace than their image': `
    SELECT m.id FROM manifests AS m JOIN images AS i ON i.id = m.image_id
      WHERE m.workspace_id <> i.workspace_id`,
};

/**
 * Asserts that every counter is right: uses (and that exactly what has none says since when),
 * sizes, what workspaces count of their images, pulls by day and the totals of the platform.
 */
export async function expectCountsRight(moment = ''): Promise<void> {
  for (const [what, sql] of Object.entries(COUNTERS)) {
    const wrong = await query(`SELECT * FROM (${sql}) WHERE counted IS NOT expected`);
    expect(wrong, `${what} ${moment}`).toEqual([]);
  }
  for (const [what, sql] of Object.entries(LEFTOVERS)) {
    expect(await query(sql), `${what} ${moment}`).toEqual([]);
  }
  const [stored] = await query(
    'SELECT count(*) AS blobs, coalesce(sum(size), 0) AS bytes FROM blobs',
  );
  const totals = await readStoredTotals(openDatabase(bindings.DB));
  expect(totals, `the totals of the platform ${moment}`).toEqual(stored);
}

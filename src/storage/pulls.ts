import { eq, type SQL, sql } from 'drizzle-orm';
import type { UseCount } from '../domain/pulls.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { type Database, runBatch } from './database.ts';
import { IS_SUBJECT } from './reach.ts';
import { pullFlushes } from './schema.ts';

/** The most manifests that the uses of one batch mark together with what keeps them. */
const MAX_MARKED = 20_000;

/**
 * Adds counted pulls to an image, its manifests, days and hours, and notes the last use of
 * manifests, in one transaction. Whatever was deleted meanwhile is skipped.
 * @param batch a number that increases with every batch of the image: the time, or one more than the
 *   last; so one that is ahead of the clock does not keep later batches out
 * @throws Error, with nothing added, when this batch or a later one was added before
 */
export async function addUses(
  db: Database,
  imageId: number,
  batch: number,
  uses: readonly UseCount[],
  now: number,
): Promise<void> {
  const pulls = uses.filter((use) => use.pulls > 0);
  await runBatch(db, [
    // The NULL violates the NOT NULL of the column, which rolls a repeated batch back.
    sql`
      INSERT INTO pull_flushes (image_id, last_batch)
        SELECT id, ${batch} FROM images WHERE id = ${imageId}
        ON CONFLICT (image_id) DO UPDATE
          SET last_batch = iif(last_batch < excluded.last_batch OR last_batch > ${now + MINUTE_MS},
            excluded.last_batch, NULL)`,
    ...(pulls.length > 0 ? addPullsStatements(imageId, pulls, now) : []),
    markUsed(imageId, toJson(uses), now),
  ]);
}

/** In JSON an hour stays an integer, which a bound parameter does not. */
function toJson(uses: readonly UseCount[]): string {
  return JSON.stringify(
    uses.map(({ hour, ...use }) => ({
      ...use,
      hour,
      day: Math.floor((hour * HOUR_MS) / DAY_MS),
      usedAt: hour * HOUR_MS,
    })),
  );
}

function addPullsStatements(imageId: number, pulls: readonly UseCount[], now: number): SQL[] {
  const json = toJson(pulls);
  const total = pulls.reduce((sum, use) => sum + use.pulls, 0);
  const image = sql`images.id = ${imageId}`;
  return [
    sql`UPDATE images SET pulls = pulls + ${total} WHERE ${image}`,
    sql`
      UPDATE manifests
        SET pulls = manifests.pulls + p.pulls,
            last_pulled_at = max(min(coalesce(last_pulled_at, 0), ${now}), p.pulled_at)
        FROM (SELECT value ->> 'digest' AS of, sum(value ->> 'pulls') AS pulls,
            max(value ->> 'pulledAt') AS pulled_at FROM json_each(${json}) GROUP BY 1) AS p
        WHERE image_id = ${imageId} AND digest = p.of`,
    sql`
      INSERT INTO pulls_by_day (image_id, day, reference, pulls)
        SELECT images.id, value ->> 'day', value ->> 'digest',
            sum(value ->> 'pulls')
          FROM images, json_each(${json}) WHERE ${image} GROUP BY 1, 2, 3
        ON CONFLICT (image_id, day, reference) DO UPDATE SET pulls = pulls + excluded.pulls`,
    sql`
      INSERT INTO image_pulls_by_hour (image_id, hour, pulls)
        SELECT images.id, value ->> 'hour', sum(value ->> 'pulls')
          FROM images, json_each(${json}) WHERE ${image} GROUP BY 1, 2
        ON CONFLICT (image_id, hour) DO UPDATE SET pulls = pulls + excluded.pulls`,
    sql`
      INSERT INTO platform_pulls_by_day (day, pulls)
        SELECT value ->> 'day', sum(value ->> 'pulls')
          FROM images, json_each(${json}) WHERE ${image} GROUP BY 1
        ON CONFLICT (day) DO UPDATE SET pulls = pulls + excluded.pulls`,
  ];
}

/**
 * Notes the last use of manifests and of what keeps them: the indexes that list them, and their
 * subjects, also those that a tag names. What nothing uses has its time before it again; what was released by age, too.
 */
function markUsed(imageId: number, json: string, now: number): SQL {
  return sql`
    WITH RECURSIVE used(id, at) AS (
      SELECT m.id, asked.at
        FROM (SELECT value ->> 'digest' AS of, max(value ->> 'usedAt') AS at
            FROM json_each(${json}) GROUP BY 1) AS asked
          CROSS JOIN manifests AS m ON m.image_id = ${imageId} AND m.digest = asked.of
        WHERE m.deleted_at IS NULL AND ${isLater(sql`m`, sql`asked.at`, now)}
      UNION
      SELECT c.parent_id, used.at
        FROM used CROSS JOIN manifest_children AS c ON c.child_id = used.id
      UNION
      SELECT subject.id, used.at
        FROM used CROSS JOIN manifests AS m ON m.id = used.id AND m.subject_digest IS NOT NULL
          CROSS JOIN manifests AS subject
            ON subject.image_id = m.image_id AND subject.digest = m.subject_digest
      UNION
      SELECT s.id, used.at
        FROM used CROSS JOIN tags AS t INDEXED BY tags_by_manifest
            ON t.manifest_id = used.id AND t.subject IS NOT NULL
          CROSS JOIN manifests AS s ON ${IS_SUBJECT}
      LIMIT ${MAX_MARKED})
    UPDATE manifests
      SET last_used_at = u.at,
          unused_since = iif(unused_since IS NULL, NULL, max(min(unused_since, ${now}), u.at)),
          released_at = iif(released_by_age, NULL, released_at), released_by_age = 0
      FROM (SELECT id, max(at) AS at FROM used GROUP BY id) AS u
      WHERE manifests.id = u.id AND deleted_at IS NULL AND ${isLater(sql`manifests`, sql`u.at`, now)}`;
}

/** Whether a use is later than the last of a manifest; one that is ahead of the clock is no use. */
const isLater = (manifest: SQL, at: SQL, now: number): SQL => sql`
  (coalesce(${manifest}.last_used_at, 0) < ${at} OR ${manifest}.last_used_at > ${now})`;

/** The number of the last batch that addUses has added; 0: none. */
export async function readLastBatch(db: Database, imageId: number): Promise<number> {
  const [row] = await db
    .select({ lastBatch: pullFlushes.lastBatch })
    .from(pullFlushes)
    .where(eq(pullFlushes.imageId, imageId));
  return row?.lastBatch ?? 0;
}

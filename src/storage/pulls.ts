import { eq, sql } from 'drizzle-orm';
import type { PullCount } from '../domain/pulls.ts';
import { MINUTE_MS } from '../domain/time.ts';
import { type Database, runBatch } from './database.ts';
import { pullFlushes } from './schema.ts';

/**
 * Adds counted pulls to an image, its tags and manifests, and its days, in one transaction.
 * Whatever was deleted meanwhile is skipped.
 * @param batch a number that increases with every batch of the image: the time, or one more than the
 *   last; so one that is ahead of the clock does not keep later batches out
 * @throws Error, with nothing added, when this batch or a later one was added before
 */
export async function addPulls(
  db: Database,
  imageId: number,
  batch: number,
  counts: readonly PullCount[],
  now: number,
): Promise<void> {
  const json = JSON.stringify(counts);
  const total = counts.reduce((sum, { pulls }) => sum + pulls, 0);
  await runBatch(db, [
    // The NULL violates the NOT NULL of the column, which rolls a repeated batch back.
    sql`
      INSERT INTO pull_flushes (image_id, last_batch)
        SELECT id, ${batch} FROM images WHERE id = ${imageId}
        ON CONFLICT (image_id) DO UPDATE
          SET last_batch = iif(last_batch < excluded.last_batch OR last_batch > ${now + MINUTE_MS},
            excluded.last_batch, NULL)`,
    sql`UPDATE images SET pulls = pulls + ${total} WHERE id = ${imageId}`,
    sql`
      UPDATE tags
        SET pulls = tags.pulls + p.pulls,
            last_pulled_at = max(min(coalesce(last_pulled_at, 0), ${now}), p.last_at)
        FROM (${summed('tag', json)}) AS p
        WHERE image_id = ${imageId} AND name = p.of`,
    sql`
      UPDATE manifests
        SET pulls = manifests.pulls + p.pulls,
            last_pulled_at = max(min(coalesce(last_pulled_at, 0), ${now}), p.last_at)
        FROM (${summed('digest', json)}) AS p
        WHERE image_id = ${imageId} AND digest = p.of`,
    sql`
      INSERT INTO pulls_by_day (image_id, day, reference, pulls)
        SELECT images.id, value ->> 'day', coalesce(value ->> 'tag', value ->> 'digest'),
            sum(value ->> 'pulls')
          FROM images, json_each(${json}) WHERE images.id = ${imageId} GROUP BY 1, 2, 3
        ON CONFLICT (image_id, day, reference) DO UPDATE SET pulls = pulls + excluded.pulls`,
  ]);
}

function summed(field: 'tag' | 'digest', json: string) {
  return sql`
    SELECT value ->> ${field} AS of, sum(value ->> 'pulls') AS pulls, max(value ->> 'lastAt') AS last_at
      FROM json_each(${json}) GROUP BY 1`;
}

/** Whether addPulls has added this batch; a counter sends no later one until it knows. */
export async function hasPulls(db: Database, imageId: number, batch: number): Promise<boolean> {
  const [row] = await db
    .select({ lastBatch: pullFlushes.lastBatch })
    .from(pullFlushes)
    .where(eq(pullFlushes.imageId, imageId));
  return row?.lastBatch === batch;
}

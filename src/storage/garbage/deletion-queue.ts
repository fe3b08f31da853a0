import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

/** An object of R2 that no row names any more and that is to be deleted. */
export interface QueuedObject {
  readonly key: string;
  /** When it entered the queue, ms. */
  readonly queuedAt: number;
}

/** The position before the first entry of the queue. */
export const QUEUE_START: QueuedObject = { key: '', queuedAt: 0 };

/** Objects that entered the queue before a time, oldest first, starting after `after`. */
export async function listQueuedObjects(
  db: Database,
  before: number,
  after: QueuedObject,
  limit: number,
): Promise<QueuedObject[]> {
  return await db.all<QueuedObject>(sql`
    SELECT key, doomed_at AS queuedAt FROM doomed_objects
      WHERE doomed_at < ${before} AND (doomed_at, key) > (${after.queuedAt}, ${after.key})
      ORDER BY doomed_at, key LIMIT ${limit}`);
}

/** Dates entries that are ahead of the clock to now, so that they wait no longer than others. */
export async function correctQueueDates(db: Database, now: number, limit: number): Promise<void> {
  await db.run(sql`
    UPDATE doomed_objects SET doomed_at = ${now} WHERE key IN (
      SELECT key FROM doomed_objects WHERE doomed_at > ${now} ORDER BY doomed_at LIMIT ${limit})`);
}

/** Removes keys from the queue whose objects are deleted. */
export async function dequeueObjects(db: Database, keys: readonly string[]): Promise<void> {
  await db.run(sql`
    DELETE FROM doomed_objects
      WHERE key IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`);
}

import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

/** An object that no row names any more. */
export interface DoomedObject {
  readonly key: string;
  readonly doomedAt: number;
}

/** Where a walk through them starts. */
export const FIRST_DOOMED: DoomedObject = { key: '', doomedAt: 0 };

/** Objects that were doomed before a time, oldest first, behind `after`. */
export async function listDoomedObjects(
  db: Database,
  before: number,
  after: DoomedObject,
  limit: number,
): Promise<DoomedObject[]> {
  return await db.all<DoomedObject>(sql`
    SELECT key, doomed_at AS doomedAt FROM doomed_objects
      WHERE doomed_at < ${before} AND (doomed_at, key) > (${after.doomedAt}, ${after.key})
      ORDER BY doomed_at, key LIMIT ${limit}`);
}

/** Forgets doomed keys whose objects are gone. */
export async function forgetDoomedObjects(db: Database, keys: readonly string[]): Promise<void> {
  await db.run(sql`
    DELETE FROM doomed_objects
      WHERE key IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`);
}

import { lt, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import { doomedObjects } from './schema.ts';

/** Keys whose objects can go from R2, oldest first. */
export async function listDoomedObjects(
  db: Database,
  before: number,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ key: doomedObjects.key })
    .from(doomedObjects)
    .where(lt(doomedObjects.doomedAt, before))
    .orderBy(doomedObjects.doomedAt)
    .limit(limit);
  return rows.map((row) => row.key);
}

/** Forgets doomed keys whose objects are gone. */
export async function forgetDoomedObjects(db: Database, keys: readonly string[]): Promise<void> {
  await db.run(sql`
    DELETE FROM doomed_objects
      WHERE key IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`);
}

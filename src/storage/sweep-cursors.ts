import { sql } from 'drizzle-orm';
import type { Database } from './database.ts';

/** The state that a sweep saved after its last slice; null before the first. */
export async function readSweep<T>(db: Database, name: string): Promise<T | null> {
  const [row] = await db.all<{ cursor: string | null }>(sql`
    SELECT cursor FROM sweep_cursors WHERE name = ${name}`);
  return row?.cursor ? (JSON.parse(row.cursor) as T) : null;
}

/** Saves the state of a sweep for its next slice. */
export async function writeSweep<T>(
  db: Database,
  name: string,
  state: T,
  now: number,
): Promise<void> {
  await db.run(sql`
    INSERT INTO sweep_cursors (name, cursor, updated_at)
      VALUES (${name}, ${JSON.stringify(state)}, ${now})
      ON CONFLICT (name) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at`);
}

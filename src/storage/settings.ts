import { eq, sql } from 'drizzle-orm';
import { parseSettings, type Settings } from '../domain/settings.ts';
import { type Database, runBatch } from './database.ts';
import { settings } from './schema.ts';

/** Whether anonymous users may pull from public workspaces. Off by default. */
export async function readAnonymousPull(db: Database): Promise<boolean> {
  const [row] = await db
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.name, 'anonymousPull' satisfies keyof Settings));
  return row?.value === 'true';
}

/** All settings of the platform. */
export async function readSettings(db: Database): Promise<Settings> {
  const rows = await db.select({ name: settings.name, value: settings.value }).from(settings);
  return parseSettings(
    Object.fromEntries(rows.map(({ name, value }) => [name, JSON.parse(value)])),
  );
}

/** Changes some settings in one transaction, and answers all. */
export async function writeSettings(
  db: Database,
  change: { readonly [K in keyof Settings]?: Settings[K] | undefined },
  now: number,
): Promise<Settings> {
  const values = Object.entries(change).filter(([, value]) => value !== undefined);
  const statements = values.map(([name, value]) => {
    const json = JSON.stringify(value);
    return sql`INSERT INTO settings (name, value, updated_at) VALUES (${name}, ${json}, ${now})
      ON CONFLICT DO UPDATE SET value = ${json}, updated_at = ${now}`;
  });
  await runBatch(db, statements);
  return await readSettings(db);
}

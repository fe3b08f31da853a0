import { eq, type SQL, sql } from 'drizzle-orm';
import { DEFAULT_SETTINGS, parseSettings, type Settings } from '../domain/settings.ts';
import { DAY_MS } from '../domain/time.ts';
import { type Database, runIdempotentBatch } from './database.ts';
import type { Lookup } from './lookups.ts';
import { settings } from './schema.ts';

/** Looks up whether anonymous users may pull from public workspaces. Off by default. */
export const anonymousPullLookup: Lookup<boolean> = {
  sql: sql`SELECT value = 'true' FROM settings WHERE name = 'anonymousPull'`,
  read: (value) => value === 1,
};

/** Whether layers of any type may have `urls` and be elsewhere. Off by default. */
export async function readLayerUrls(db: Database): Promise<boolean> {
  return await isOn(db, 'layerUrls');
}

/** Whether requests of triggers may use plain http. Off by default. */
export async function readTriggerHttp(db: Database): Promise<boolean> {
  return await isOn(db, 'triggerHttp');
}

/** Whether a setting that is off by default is on. */
async function isOn(db: Database, name: 'layerUrls' | 'triggerHttp'): Promise<boolean> {
  const [row] = await db
    .select({ value: settings.value })
    .from(settings)
    .where(eq(settings.name, name));
  return row?.value === 'true';
}

/**
 * The SQL of the time (ms) when what was created at `createdAt` has been there for the days of a
 * setting. The statement reads the setting, so that a change also counts for what exists.
 */
export function lifetimeEnd(
  setting: 'tokenLifetimeDays' | 'sessionLifetimeDays',
  createdAt: SQL,
): SQL<number> {
  const days = sql`coalesce((SELECT CAST(value AS INTEGER) FROM settings
    WHERE name = ${setting}), ${DEFAULT_SETTINGS[setting]})`;
  return sql`(${createdAt} + ${days} * ${DAY_MS})`;
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
  await runIdempotentBatch(db, statements);
  return await readSettings(db);
}

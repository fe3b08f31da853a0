import { type SQL, sql } from 'drizzle-orm';

/**
 * The last use of manifests under an alias, ms, to the hour; NULL: there was none. A pull is a use,
 * too, and is known to the minute.
 */
export const lastUseOf = (alias: SQL): SQL => sql`
  nullif(max(coalesce(${alias}.last_used_at, 0), coalesce(${alias}.last_pulled_at, 0)), 0)`;

/** The same of manifests `m`. */
export const LAST_USED = lastUseOf(sql`m`);

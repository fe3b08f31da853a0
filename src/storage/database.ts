import type { Query, SQL } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';

export type Database = DrizzleD1Database & { readonly $client: D1Database };

/** D1's primary: what was written is read. */
export function openDatabase(d1: D1Database): Database {
  return drizzle(d1);
}

/**
 * The D1 replica nearest to the request, which may lag behind. Only for content that never
 * changes under its key, and only with a fall back to the primary when it has no row.
 * https://developers.cloudflare.com/d1/best-practices/read-replication/
 */
export function openNearestDatabase(d1: D1Database): Database {
  return drizzle(d1.withSession('first-unconstrained') as unknown as D1Database);
}

/** SQL written by hand, or a query of the builder. */
export type Statement = SQL | { toSQL(): Query };

const dialect = new SQLiteSyncDialect();

/**
 * Runs statements in one transaction and answers the rows of each. Drizzle's own batch takes
 * no hand-written SQL on D1 (drizzle-team/drizzle-orm#2277).
 */
export async function runBatch(
  db: Database,
  statements: readonly Statement[],
): Promise<Record<string, unknown>[][]> {
  const prepared = statements.map((statement) => {
    const { sql, params } =
      'toSQL' in statement ? statement.toSQL() : dialect.sqlToQuery(statement);
    return db.$client.prepare(sql).bind(...params);
  });
  if (prepared.length === 0) return [];
  const results = await db.$client.batch<Record<string, unknown>>(prepared);
  return results.map((result) => result.results);
}

/** A row as SQLite and its JSON answer it: 0 and 1 stand for false and true. */
export type StoredRow<T> = { [K in keyof T]: T[K] extends boolean ? 0 | 1 : T[K] };

/** The row with its fields `keys` as booleans. */
export function readBooleans<R extends Record<K, 0 | 1>, K extends string>(
  row: R,
  keys: readonly K[],
): { [F in keyof R]: F extends K ? boolean : R[F] } {
  const booleans = Object.fromEntries(keys.map((key) => [key, row[key] === 1]));
  return Object.assign({}, row, booleans);
}

/** The ways the schema refuses a write; the names behind `orlop:` in the migrations. */
export type Refusal =
  | 'foreign_key'
  | 'blob_deleted'
  | 'manifest_deleted'
  | 'image_deleted'
  | 'workspace_deleted'
  | 'tag_changed'
  | 'tag_immutable'
  | 'name_taken';

const REFUSAL =
  /orlop:(blob_deleted|manifest_deleted|image_deleted|workspace_deleted|tag_changed|tag_immutable)/;

/** The indexes that keep names apart, as SQLite tells of them. */
const NAMES = /UNIQUE constraint failed: (workspaces\.name|images\.workspace_id|tags\.image_id)\b/;

/** Links to what is not there: its id is looked up in the statement, and comes as NULL. */
const ABSENT =
  /NOT NULL constraint failed: (image_blobs\.blob_id|manifest_blobs\.blob_id|manifest_children\.child_id|tags\.manifest_id)/;

/** Why the schema refused a write, or null when the error is another one. */
export function refusalOf(error: unknown): Refusal | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const match = REFUSAL.exec(cause.message);
    if (match) return match[1] as Refusal;
    if (cause.message.includes('FOREIGN KEY constraint failed')) return 'foreign_key';
    if (ABSENT.test(cause.message)) return 'foreign_key';
    if (NAMES.test(cause.message)) return 'name_taken';
  }
  return null;
}

import type { Query, SQL } from 'drizzle-orm';
import { D1PreparedQuery, type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { repeatIfLost } from './failures.ts';
import { openQueryClient, type QueryClient } from './query-client.ts';

export type Database = DrizzleD1Database & { readonly $client: QueryClient };

// Around each query, drizzle looks into a cache, which we do not have, and wraps errors in one
// whose message has all parameters. That message would reach a log wherever an error does.
const prepared = D1PreparedQuery.prototype as unknown as {
  queryWithCache: <T>(sql: string, params: unknown[], query: () => Promise<T>) => Promise<T>;
};
prepared.queryWithCache = (_sql, _params, query) => query();

/** Opens D1's primary: a read sees every earlier write. Lost reads are repeated. */
export function openDatabase(d1: D1Database): Database {
  return open(d1);
}

/**
 * Opens the D1 replica nearest to the request, which may lag. Use it only for content that never
 * changes under its key, and fall back to the primary if it has no row.
 * https://developers.cloudflare.com/d1/best-practices/read-replication/
 */
export function openNearestDatabase(d1: D1Database): Database {
  return open(d1.withSession('first-unconstrained'));
}

function open(d1: QueryClient): Database {
  return drizzle(openQueryClient(d1) as D1Database);
}

/** The id of a row: known, or an expression for it. */
export type RowId = number | SQL;

/** SQL written by hand, or a query of the builder. */
export type Statement = SQL | { toSQL(): Query };

const dialect = new SQLiteSyncDialect();

/**
 * Runs statements in one transaction and answers the rows of each. Drizzle's own batch does not
 * take hand-written SQL on D1 (drizzle-team/drizzle-orm#2277). A write whose answer was lost is
 * not repeated.
 */
export async function runBatch(
  db: Database,
  statements: readonly Statement[],
): Promise<Record<string, unknown>[][]> {
  const prepared = statements.map((statement) => prepare(db, statement));
  if (prepared.length === 0) return [];
  const results = await db.$client.batch<Record<string, unknown>>(prepared);
  return results.map((result) => result.results);
}

function prepare(db: Database, statement: Statement): D1PreparedStatement {
  const { sql, params } = 'toSQL' in statement ? statement.toSQL() : dialect.sqlToQuery(statement);
  return db.$client.prepare(sql).bind(...params);
}

/**
 * As runBatch, for statements that change nothing and answer the same if their transaction was
 * committed before: they are repeated when their answer was lost.
 */
export async function runIdempotentBatch(
  db: Database,
  statements: readonly Statement[],
): Promise<Record<string, unknown>[][]> {
  return await repeatIfLost(() => runBatch(db, statements));
}

/** Runs a statement that only reads; drizzle's builder of queries has a cost that each request pays. */
export async function runRead(
  db: Database,
  statement: Statement,
): Promise<Record<string, unknown>[]> {
  return (await prepare(db, statement).all<Record<string, unknown>>()).results;
}

/** As runIdempotentBatch, for one statement. */
export async function runIdempotent(
  db: Database,
  statement: Statement,
): Promise<Record<string, unknown>[]> {
  const run = () => prepare(db, statement).all<Record<string, unknown>>();
  return (await repeatIfLost(run)).results;
}

/** A row as SQLite and its JSON functions return it: booleans are 0 and 1. */
export type StoredRow<T> = { [K in keyof T]: T[K] extends boolean ? 0 | 1 : T[K] };

/** Converts the fields `keys` of a row to booleans. */
export function readBooleans<R extends Record<K, 0 | 1>, K extends string>(
  row: R,
  keys: readonly K[],
): { [F in keyof R]: F extends K ? boolean : R[F] } {
  const booleans = Object.fromEntries(keys.map((key) => [key, row[key] === 1]));
  return Object.assign({}, row, booleans);
}

/** Reasons why the schema refuses a write: most are the names after `orlop:` in the migrations. */
export type Refusal =
  | 'foreign_key'
  | 'blob_deleted'
  | 'manifest_deleted'
  | 'image_deleted'
  | 'workspace_deleted'
  | 'tag_changed'
  | 'tag_immutable'
  | 'decision_changed'
  | 'name_taken';

const REFUSAL =
  /orlop:(blob_deleted|manifest_deleted|image_deleted|workspace_deleted|tag_changed|tag_immutable|decision_changed)/;

/** A violated index that keeps names unique, as SQLite reports it. */
const NAMES = /UNIQUE constraint failed: (workspaces\.name|images\.workspace_id|tags\.image_id)\b/;

/** A link to something absent: the statement's lookup of its id results in NULL. */
const ABSENT =
  /NOT NULL constraint failed: (image_blobs\.blob_id|manifest_blobs\.blob_id|manifest_children\.child_id|tags\.manifest_id)/;

/** Why the schema refused a write; null for any other error. */
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

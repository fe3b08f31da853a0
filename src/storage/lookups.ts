import { type SQL, sql } from 'drizzle-orm';
import { type Database, runRead } from './database.ts';

/**
 * A value that is read by key, alone or with others in one query: all that a request needs to
 * know of its client, its repository and its content costs one round trip.
 */
export interface Lookup<T> {
  /** A scalar subquery: a number, JSON text, or NULL if there is nothing. */
  readonly sql: SQL;
  /** Maps the column value (already parsed from JSON) to T. */
  read(value: unknown): T;
}

/** Lookups by name. */
export type Lookups = Readonly<Record<string, Lookup<unknown>>>;

/** The results of several lookups, by name. */
export type LookupResults<L extends Lookups> = {
  [K in keyof L]: ReturnType<L[K]['read']>;
};

/** Runs `lookups` in one query. Their subqueries may name the common table expressions `tables`. */
export async function runLookups<L extends Lookups>(
  db: Database,
  lookups: L,
  tables: readonly SQL[] = [],
): Promise<LookupResults<L>> {
  const [row = {}] = await runRead(db, lookupsQuery(lookups, tables));
  return readLookups(lookups, row);
}

/** The query of runLookups, to be one of a batch. */
export function lookupsQuery(lookups: Lookups, tables: readonly SQL[] = []): SQL {
  const columns = Object.entries(lookups).map(
    ([name, lookup]) => sql`(${lookup.sql}) AS ${sql.identifier(name)}`,
  );
  return sql`${withClause(tables)}SELECT ${sql.join(columns, sql`, `)}`;
}

/** Reads the row that lookupsQuery answered. */
export function readLookups<L extends Lookups>(
  lookups: L,
  row: Readonly<Record<string, unknown>>,
): LookupResults<L> {
  const read = Object.entries(lookups).map(([name, lookup]) => [name, readOne(lookup, row[name])]);
  return Object.fromEntries(read) as LookupResults<L>;
}

/** Combines two lookups into one, whose result depends on both. */
export function pairLookups<A, B, T>(
  one: Lookup<A>,
  two: Lookup<B>,
  read: (one: A, two: B) => T,
): Lookup<T> {
  return {
    sql: sql`SELECT json_array((${one.sql}), (${two.sql}))`,
    read(value) {
      const [a, b] = value as [unknown, unknown];
      return read(readOne(one, a), readOne(two, b));
    },
  };
}

/** A lookup with common table expressions of its own. */
export function withTables<T>(lookup: Lookup<T>, tables: readonly SQL[]): Lookup<T> {
  return { sql: sql`${withClause(tables)}${lookup.sql}`, read: (value) => lookup.read(value) };
}

/** Maps the result of a lookup. */
export function mapLookup<A, T>(lookup: Lookup<A>, map: (value: A) => T): Lookup<T> {
  return { sql: lookup.sql, read: (value) => map(lookup.read(value)) };
}

/** A lookup that reads nothing and results in `value`. */
export function constantLookup<T>(value: T): Lookup<T> {
  return { sql: sql`NULL`, read: () => value };
}

function withClause(tables: readonly SQL[]): SQL {
  return tables.length > 0 ? sql`WITH ${sql.join([...tables], sql`, `)} ` : sql``;
}

function readOne<T>(lookup: Lookup<T>, value: unknown): T {
  return lookup.read(typeof value === 'string' ? JSON.parse(value) : (value ?? null));
}

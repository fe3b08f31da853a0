import { type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';

/**
 * Something to be read of the database, alone or with others in one query: what a request needs
 * to know of its client, its repository and its content costs one round trip.
 */
export interface Lookup<T> {
  /** A scalar subquery: a number, JSON text, or NULL where there is nothing. */
  readonly sql: SQL;
  /** What its value comes to; JSON is parsed by then. */
  read(value: unknown): T;
}

/** What several look-ups come to. */
export type LookupResults<L extends Readonly<Record<string, Lookup<unknown>>>> = {
  [K in keyof L]: ReturnType<L[K]['read']>;
};

/** Reads all of `lookups` with one query. `tables` are what their subqueries may name (WITH). */
export async function runLookups<L extends Readonly<Record<string, Lookup<unknown>>>>(
  db: Database,
  lookups: L,
  tables: readonly SQL[] = [],
): Promise<LookupResults<L>> {
  const columns = Object.entries(lookups).map(
    ([name, lookup]) => sql`(${lookup.sql}) AS ${sql.identifier(name)}`,
  );
  const given = tables.length > 0 ? sql`WITH ${sql.join([...tables], sql`, `)} ` : sql``;
  const row = await db.get<Record<string, unknown>>(
    sql`${given}SELECT ${sql.join(columns, sql`, `)}`,
  );
  const read = Object.entries(lookups).map(([name, lookup]) => [name, readOne(lookup, row[name])]);
  return Object.fromEntries(read) as LookupResults<L>;
}

/** Two things that are read as one: what a principal is may hang on both. */
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

/** A look-up whose value is made into something else. */
export function mapLookup<A, T>(lookup: Lookup<A>, map: (value: A) => T): Lookup<T> {
  return { sql: lookup.sql, read: (value) => map(lookup.read(value)) };
}

/** What is known already, where something is to be read. */
export function constantLookup<T>(value: T): Lookup<T> {
  return { sql: sql`NULL`, read: () => value };
}

function readOne<T>(lookup: Lookup<T>, value: unknown): T {
  return lookup.read(typeof value === 'string' ? JSON.parse(value) : (value ?? null));
}

/** Fault wrappers around the real database. */
import { bindings } from './database.ts';

/** How queries fail. */
export interface QueryFault {
  /** Which ones, by their SQL: a batch if one of its statements matches. */
  readonly on: RegExp;
  readonly error: () => Error;
  readonly times?: number;
  /** Whether the query runs before its answer is lost. */
  readonly isLate?: boolean;
  /** What happens before the client of the database hears of the error. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** A database that fails some queries, with what it was asked. */
export interface FaultyDatabase {
  readonly database: D1Database;
  /** Queries that matched, failed or not. */
  readonly tries: () => number;
  /** All texts that were bound to a statement. */
  readonly bound: () => string[];
}

interface Wrapped {
  readonly real: D1PreparedStatement;
  readonly sql: string;
}

export function databaseFailing(fault: QueryFault): FaultyDatabase {
  const { on, error, isLate = false, meanwhile } = fault;
  const bound: string[] = [];
  let left = fault.times ?? Infinity;
  let tries = 0;

  const run = async <T>(sql: string, ask: () => Promise<T>): Promise<T> => {
    if (!on.test(sql)) return await ask();
    tries++;
    if (left-- <= 0) return await ask();
    if (isLate) await ask();
    await meanwhile?.();
    throw error();
  };
  const wrap = (real: D1PreparedStatement, sql: string): Wrapped & Record<string, unknown> => ({
    ...{ real, sql },
    bind: (...values: unknown[]) => {
      bound.push(...values.filter((value) => typeof value === 'string'));
      return wrap(real.bind(...values), sql);
    },
    all: () => run(sql, () => real.all()),
    run: () => run(sql, () => real.run()),
    raw: () => run(sql, () => real.raw()),
    first: () => run(sql, () => real.first()),
  });
  const open = (d1: Pick<D1Database, 'prepare' | 'batch'>) => ({
    prepare: (sql: string) => wrap(d1.prepare(sql), sql),
    batch: (statements: Wrapped[]) =>
      run(statements.map(({ sql }) => sql).join(';'), () =>
        d1.batch(statements.map(({ real }) => real)),
      ),
    withSession: (mode: string) => open(bindings.DB.withSession(mode)),
  });
  const database = open(bindings.DB) as unknown as D1Database;
  return { database, tries: () => tries, bound: () => bound };
}

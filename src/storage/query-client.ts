import { repeatIfLost } from './failures.ts';

/** What is used of D1: a database, or a session of it. */
export type QueryClient = Pick<D1Database, 'prepare' | 'batch'>;

/**
 * A query failed. The message has its name (what it does to which tables) and the error of D1, but
 * none of its parameters: among them are hashes of passwords and sessions.
 */
class QueryError extends Error {
  override readonly name = 'QueryError';

  constructor(query: string, cause: unknown) {
    super(`${query}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A client of D1 that repeats lost reads, and names the queries that fail. */
export function openQueryClient(d1: QueryClient): QueryClient {
  return {
    prepare: (sql) => new NamedStatement(d1.prepare(sql), sql) as unknown as D1PreparedStatement,
    batch: async <T>(statements: D1PreparedStatement[]) => {
      const named = statements as unknown as NamedStatement[];
      const nameAll = () => [...new Set(named.map(({ name }) => name))].join(', ');
      const isRead = named.every((statement) => statement.isRead);
      return await ask(nameAll, isRead, () => d1.batch<T>(named.map(({ statement }) => statement)));
    },
  };
}

/** A prepared statement, as far as drizzle uses it. */
class NamedStatement {
  readonly statement: D1PreparedStatement;
  readonly #sql: string;

  constructor(statement: D1PreparedStatement, sql: string) {
    this.statement = statement;
    this.#sql = sql;
  }

  get name(): string {
    return nameOf(this.#sql);
  }

  get isRead(): boolean {
    return !WRITE.test(this.#sql);
  }

  bind(...values: unknown[]): NamedStatement {
    return new NamedStatement(this.statement.bind(...values), this.#sql);
  }

  async all<T>(): Promise<D1Result<T>> {
    return await this.#ask(() => this.statement.all<T>());
  }

  async run<T>(): Promise<D1Result<T>> {
    return await this.#ask(() => this.statement.run<T>());
  }

  async raw<T>(): Promise<T[]> {
    return await this.#ask(() => this.statement.raw<T>());
  }

  async #ask<T>(run: () => Promise<T>): Promise<T> {
    return await ask(() => this.name, this.isRead, run);
  }
}

async function ask<T>(name: () => string, isRead: boolean, run: () => Promise<T>): Promise<T> {
  try {
    return await (isRead ? repeatIfLost(run) : run());
  } catch (error) {
    throw new QueryError(name(), error);
  }
}

/** SQLite writes by these words only, and no column or table is called by one. */
const WRITE = /\b(?:insert|update|delete|replace|create|drop|alter|pragma)\b/i;
const TABLE = /\b(?:from|join|into|update)\s+"?([a-z_]+)/gi;
/** What follows the words above, and is no table. */
const NO_TABLES = ['json_each', 'set'];

/** As `SELECT users, sessions`. */
function nameOf(sql: string): string {
  const verb = (WRITE.exec(sql)?.[0] ?? 'select').toUpperCase();
  const found = [...sql.matchAll(TABLE)].map((match) => match[1] ?? '');
  const tables = new Set(found.filter((table) => !NO_TABLES.includes(table.toLowerCase())));
  return `${verb} ${[...tables].join(', ')}`;
}

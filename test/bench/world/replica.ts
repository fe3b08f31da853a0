import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { ReplicaAnswer, ReplicaRequest } from './model.ts';

/** The database as it was at a time. */
interface Version {
  /** When it became so, ms since 1970. */
  readonly at: number;
  readonly database: DatabaseSync;
}

/**
 * A replica that shows a local D1 database as it was some time ago. Each version after a commit is
 * a read transaction on the database's own file, which SQLite keeps apart from later writes, so
 * nothing is written twice and times that triggers take are those of the primary. Not simulated:
 * that a lag varies, that a session waits for a replica instead of asking the primary, and rows
 * that a query reads.
 */
export class Replica {
  readonly #path: string;
  readonly #lag: number;
  readonly #now: () => number;
  #versions: Version[] = [];

  /**
   * @param path of the database's file, which has all migrations
   * @param lag in ms
   */
  constructor(path: string, lag: number, now: () => number = Date.now) {
    this.#path = path;
    this.#lag = lag;
    this.#now = now;
    this.#versions = [{ ...this.#open(), at: 0 }];
  }

  /** What the Worker asks: whether something was committed, or rows. */
  readonly serve = async (request: Request): Promise<Response> => {
    const asked = (await request.json()) as ReplicaRequest;
    if (asked !== 'committed') return Response.json(this.#read(asked));
    this.#versions.push(this.#open());
    return Response.json(null);
  };

  close(): void {
    for (const { database } of this.#versions.splice(0)) database.close();
  }

  #open(): Version {
    const database = new DatabaseSync(this.#path, { readOnly: true });
    // The first read fixes what the transaction sees.
    database.exec('BEGIN; SELECT 1 FROM sqlite_master');
    return { at: this.#now(), database };
  }

  #read({ since, queries }: Exclude<ReplicaRequest, 'committed'>): ReplicaAnswer {
    const until = this.#now() - this.#lag;
    if (since > until) return { isBehind: true };
    const shown = this.#versions.findLastIndex(({ at }) => at <= until);
    for (const { database } of this.#versions.splice(0, shown)) database.close();
    const [version] = this.#versions;
    if (!version) return { isBehind: true };
    const results = queries.map(({ sql, params }) => {
      const statement = version.database.prepare(sql);
      statement.setReturnArrays(true);
      const rows = statement.all(...(params as SQLInputValue[])) as unknown as unknown[][];
      return { columns: statement.columns().map(({ name }) => name), rows };
    });
    return { isBehind: false, until, results };
  }
}

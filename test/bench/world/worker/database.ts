import type { DatabaseObserver, Query, QueryMethod } from '../../bindings/observe.ts';
import type { RegionModel, ReplicaAnswer, ReplicaRequest, ReplicaRows } from '../model.ts';
import type { CallKind } from '../trips.ts';
import { travel } from './travel.ts';

/** SQLite writes by these words only. */
const WRITE = /\b(?:insert|update|delete|replace|create|drop|alter)\b/i;
const TABLE = /\b(?:from|into|update)\s+"?([a-z_]+)/i;

const writes = ({ sql }: Query) => WRITE.test(sql);

/** As `select users`, `insert blobs`; of several statements the first. */
function describe(queries: readonly Query[]): string {
  const [{ sql } = { sql: '' }] = queries;
  const verb = WRITE.exec(sql)?.[0] ?? 'select';
  return `${verb.toLowerCase()} ${TABLE.exec(sql)?.[1] ?? ''}`;
}

/** What sends queries; `run` has the binding do it. */
type Send = <T>(queries: readonly Query[], isBatch: boolean, run: () => Promise<T>) => Promise<T>;

/**
 * Delays the queries of a database.
 * @param replica that is behind; undefined where it is not
 */
export function observeQueries(model: RegionModel, replica: Fetcher | undefined): DatabaseObserver {
  const send = toPrimary(model, replica);
  return {
    query: (query, _, run) => send([query], false, run),
    batch: (queries, run) => send(queries, true, run),
    // Other sessions read where all writes are: what bookmarks say is not simulated.
    session: (constraint = 'first-unconstrained') =>
      constraint === 'first-unconstrained'
        ? observeSession(model, replica, send)
        : observeQueries(model, replica),
  };
}

function toPrimary({ database: { read, write } }: RegionModel, replica: Fetcher | undefined): Send {
  return (queries, isBatch, run) => {
    const isWrite = queries.some(writes);
    const single: CallKind = isWrite ? 'write' : 'read';
    const call = { kind: isBatch ? 'batch' : single, what: describe(queries) } as const;
    return travel(call, isWrite ? write : read, async () => {
      const result = await run();
      if (replica && isWrite) await ask(replica, 'committed');
      return result;
    });
  };
}

/** Sends what only reads to the replica, unless that lacks what the session has written. */
function observeSession(
  model: RegionModel,
  replica: Fetcher | undefined,
  send: Send,
): DatabaseObserver {
  let since = 0;
  const atReplica = <T>(queries: readonly Query[], run: () => Promise<T>) =>
    travel({ kind: 'replica', what: describe(queries) }, model.replica.read, run);
  const read = async <T>(
    queries: readonly Query[],
    isBatch: boolean,
    run: () => Promise<T>,
    convert: (results: readonly ReplicaRows[]) => T,
  ): Promise<T> => {
    if (queries.some(writes)) {
      const result = await send(queries, isBatch, run);
      since = Date.now();
      return result;
    }
    if (!replica) return await atReplica(queries, run);
    const asked = queries.map(({ sql, params }) => ({ sql, params }));
    const request = { since, queries: asked };
    const answer = await atReplica(queries, () => ask<ReplicaAnswer>(replica, request));
    return answer.isBehind ? await send(queries, isBatch, run) : convert(answer.results);
  };
  return {
    query: (query, method, run) =>
      read<unknown>([query], false, run, ([rows]) => rows && toAnswer(rows, method)),
    batch: (queries, run) => read(queries, true, run, (all) => all.map(toResult)),
    session: () => observeQueries(model, replica),
  };
}

function toAnswer(rows: ReplicaRows, method: QueryMethod): unknown {
  if (method === 'raw') return rows.rows;
  const result = toResult(rows);
  return method === 'first' ? (result.results[0] ?? null) : result;
}

function toResult({ columns, rows }: ReplicaRows): D1Result {
  const results = rows.map((row) => Object.fromEntries(columns.map((name, n) => [name, row[n]])));
  return { success: true, results, meta: {} as D1Result['meta'] };
}

async function ask<T>(replica: Fetcher, request: ReplicaRequest): Promise<T> {
  const body = JSON.stringify(request);
  return await (await replica.fetch('http://replica/', { method: 'POST', body })).json();
}

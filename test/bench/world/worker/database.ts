import type { DatabaseObserver, Query } from '../../bindings/observe.ts';
import type { RegionModel } from '../model.ts';
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

/** Delays the queries of a database: those of a session that only read go to the replica. */
export function observeQueries(model: RegionModel, isNear = false): DatabaseObserver {
  const send = <T>(queries: readonly Query[], isBatch: boolean, run: () => Promise<T>) => {
    const isWrite = queries.some(writes);
    const what = describe(queries);
    if (isNear && !isWrite) return travel({ kind: 'replica', what }, model.replica.read, run);
    const single: CallKind = isWrite ? 'write' : 'read';
    const { read, write } = model.database;
    return travel({ kind: isBatch ? 'batch' : single, what }, isWrite ? write : read, run);
  };
  return {
    query: (query, _, run) => send([query], false, run),
    batch: (queries, run) => send(queries, true, run),
    session: (constraint) => observeQueries(model, constraint === 'first-unconstrained'),
  };
}

import type { Env } from '../../../src/env.ts';
import {
  type BucketObserver,
  type DatabaseObserver,
  observeBucket,
  observeDatabase,
  observeObjects,
} from '../bindings/observe.ts';
import { type Cost, ledger } from './ledger.ts';

const { cost } = ledger;

/** An environment whose bindings write what is asked of them into the ledger. */
export function countBindings(env: Env): Env {
  return {
    ...env,
    DB: observeDatabase(env.DB, countQueries),
    BUCKET: observeBucket(env.BUCKET, countOperation),
    UPLOADS: countObjects(env.UPLOADS, 'uploads'),
    PULLS: countObjects(env.PULLS, 'pulls'),
  };
}

const countQueries: DatabaseObserver = {
  async query({ sql, statement }, method) {
    cost.queries++;
    const result = await statement.all<Record<string, unknown>>();
    countRows(result.meta);
    if (method !== 'raw') return result;
    // The rows in arrays come without the counts. Where two columns have one name only they
    // are whole; a write must not be done twice, and names its columns once.
    const onlyReads = /^\s*(?:select|with)\b/i.test(sql);
    return onlyReads ? await statement.raw() : result.results.map((row) => Object.values(row));
  },
  async batch(_, run) {
    cost.batches++;
    const results = await run();
    for (const { meta } of results) countRows(meta);
    return results;
  },
  session: () => countQueries,
};

function countRows(meta: D1Meta): void {
  cost.rowsRead += meta.rows_read;
  cost.rowsWritten += meta.rows_written;
}

/** Operations by class, apart from those that cost nothing: https://developers.cloudflare.com/r2/pricing/#class-a-operations */
const CLASSES: Readonly<Record<Parameters<BucketObserver>[0], 'classA' | 'classB' | null>> = {
  put: 'classA',
  list: 'classA',
  createMultipartUpload: 'classA',
  uploadPart: 'classA',
  complete: 'classA',
  get: 'classB',
  head: 'classB',
  delete: null,
  abort: null,
};

const countOperation: BucketObserver = (call, args, run) => {
  const what = CLASSES[call];
  if (what) cost[what]++;
  for (const arg of args) if (ArrayBuffer.isView(arg)) cost.bytes += arg.byteLength;
  return run();
};

/** Counts the rows that an object writes into its storage, which is changed in place. */
export function countWrites(storage: DurableObjectStorage): void {
  const { kv } = storage;
  for (const [target, names] of [
    [storage, ['setAlarm', 'deleteAll']],
    [kv, ['put', 'delete']],
  ] as const) {
    for (const name of names) {
      const write = Reflect.get(target, name).bind(target);
      const count = (...args: unknown[]) => {
        cost.pullRows++;
        return write(...args);
      };
      Object.defineProperty(target, name, { value: count });
    }
  }
  Object.defineProperty(storage, 'kv', { value: kv });
}

function countObjects(
  objects: DurableObjectNamespace,
  what: keyof Pick<Cost, 'uploads' | 'pulls'>,
): DurableObjectNamespace {
  return observeObjects(objects, (_, request, send) => {
    cost[what]++;
    const stuck = what === 'pulls' && ledger.arePullsStuck;
    return stuck ? new Promise(() => {}) : send(request);
  });
}

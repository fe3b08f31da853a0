import type { Env } from '../../../src/env.ts';
import { type Cost, ledger } from './ledger.ts';

const { cost } = ledger;

/** An environment whose bindings write what is asked of them into the ledger. */
export function countBindings(env: Env): Env {
  return {
    ...env,
    DB: countDatabase(env.DB),
    BUCKET: countBucket(env.BUCKET),
    UPLOADS: countObjects(env.UPLOADS, 'uploads'),
    PULLS: countObjects(env.PULLS, 'pulls'),
  };
}

/** A binding with some of its methods replaced; the others work on it as before. */
function replace<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get(_, name) {
      const own = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** D1's own statements behind the counting ones: a batch takes no others. */
const statements = new WeakMap<D1PreparedStatement, D1PreparedStatement>();

function countDatabase(database: D1Database): D1Database {
  return replace(database, {
    withSession: (constraint) =>
      countDatabase(database.withSession(constraint) as unknown as D1Database) as never,
    prepare: (sql) => countStatement(database.prepare(sql), /^\s*(?:select|with)\b/i.test(sql)),
    async batch<T>(batch: D1PreparedStatement[]) {
      cost.batches++;
      const results = await database.batch<T>(batch.map((one) => statements.get(one) ?? one));
      for (const { meta } of results) countRows(meta);
      return results;
    },
  });
}

function countStatement(statement: D1PreparedStatement, onlyReads: boolean): D1PreparedStatement {
  const all = async <T>() => {
    cost.queries++;
    const result = await statement.all<T>();
    countRows(result.meta);
    return result;
  };
  const counting = replace(statement, {
    bind: (...values) => countStatement(statement.bind(...values), onlyReads),
    all,
    run: all,
    // The rows in arrays come without the counts. Where two columns have one name only they
    // are whole; a write must not be done twice, and names its columns once.
    async raw() {
      const { results } = await all<Record<string, unknown>>();
      return onlyReads ? await statement.raw() : results.map((row) => Object.values(row));
    },
  } as Partial<D1PreparedStatement>);
  statements.set(counting, statement);
  return counting;
}

function countRows(meta: D1Meta): void {
  cost.rowsRead += meta.rows_read;
  cost.rowsWritten += meta.rows_written;
}

/** Operations by class: https://developers.cloudflare.com/r2/pricing/#class-a-operations */
function countBucket(bucket: R2Bucket): R2Bucket {
  return replace(bucket, {
    put: counted('classA', bucket.put.bind(bucket)),
    list: counted('classA', bucket.list.bind(bucket)),
    get: counted('classB', bucket.get.bind(bucket)),
    head: counted('classB', bucket.head.bind(bucket)),
    async createMultipartUpload(...args) {
      cost.classA++;
      return countMultipart(await bucket.createMultipartUpload(...args));
    },
    resumeMultipartUpload: (...args) => countMultipart(bucket.resumeMultipartUpload(...args)),
  } as Partial<R2Bucket>);
}

function countMultipart(upload: R2MultipartUpload): R2MultipartUpload {
  return replace(upload, {
    uploadPart: counted('classA', upload.uploadPart.bind(upload)),
    complete: counted('classA', upload.complete.bind(upload)),
  });
}

function counted<A extends unknown[], T>(what: 'classA' | 'classB', call: (...args: A) => T) {
  return (...args: A): T => {
    cost[what]++;
    for (const arg of args) if (ArrayBuffer.isView(arg)) cost.bytes += arg.byteLength;
    return call(...args);
  };
}

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
  return replace(objects, {
    get(...args) {
      const stub = objects.get(...args);
      return replace(stub, {
        fetch(...request) {
          cost[what]++;
          const stuck = what === 'pulls' && ledger.arePullsStuck;
          return stuck ? new Promise(() => {}) : stub.fetch(...request);
        },
      });
    },
  });
}

/** The platform's bindings with an observer around each of their calls; in test builds only. */

/** A statement that is ready to run. */
export interface Query {
  readonly sql: string;
  readonly params: readonly unknown[];
  /** D1's own, which `run` below runs. */
  readonly statement: D1PreparedStatement;
}

/** How the rows of a statement are asked for. */
export type QueryMethod = 'all' | 'run' | 'raw' | 'first';

/** Stands around the calls of a database, or of a session of it; `run` makes the call. */
export interface DatabaseObserver {
  query(query: Query, method: QueryMethod, run: () => Promise<unknown>): Promise<unknown>;
  batch(queries: readonly Query[], run: () => Promise<D1Result[]>): Promise<D1Result[]>;
  /** Who observes a session that begins now. */
  session(constraint: string | undefined): DatabaseObserver;
}

/** A binding with some of its methods replaced; the others work on it as before. */
export function replace<T extends object>(target: T, methods: object): T {
  return new Proxy(target, {
    get(_, name) {
      const own = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** What observed statements were made from: a batch takes D1's own only. */
const queries = new WeakMap<D1PreparedStatement, Query>();

export function observeDatabase(database: D1Database, observer: DatabaseObserver): D1Database {
  const own = (statement: D1PreparedStatement) =>
    queries.get(statement) ?? { sql: '', params: [], statement };
  return replace(database, {
    withSession: (constraint?: string) =>
      observeDatabase(
        database.withSession(constraint) as unknown as D1Database,
        observer.session(constraint),
      ),
    prepare: (sql: string) =>
      observeStatement({ sql, params: [], statement: database.prepare(sql) }, observer),
    batch: (batch: D1PreparedStatement[]) => {
      const found = batch.map(own);
      return observer.batch(found, () => database.batch(found.map(({ statement }) => statement)));
    },
  });
}

function observeStatement(query: Query, observer: DatabaseObserver): D1PreparedStatement {
  const { statement } = query;
  const call =
    (method: QueryMethod) =>
    (...args: never[]) =>
      observer.query(query, method, () =>
        (statement[method] as (...args: never[]) => Promise<unknown>).apply(statement, args),
      );
  const observed = replace(statement, {
    bind: (...params: unknown[]) =>
      observeStatement({ ...query, params, statement: statement.bind(...params) }, observer),
    all: call('all'),
    run: call('run'),
    raw: call('raw'),
    first: call('first'),
  });
  queries.set(observed, query);
  return observed;
}

const BUCKET_CALLS = ['put', 'list', 'get', 'head', 'delete', 'createMultipartUpload'] as const;
const UPLOAD_CALLS = ['uploadPart', 'complete', 'abort'] as const;

/** A request to R2. */
export type BucketCall = (typeof BUCKET_CALLS)[number] | (typeof UPLOAD_CALLS)[number];

/** Stands around each request to a bucket. */
export type BucketObserver = <T>(
  call: BucketCall,
  args: readonly unknown[],
  run: () => Promise<T>,
) => Promise<T>;

export function observeBucket(bucket: R2Bucket, observe: BucketObserver): R2Bucket {
  const calls = observeCalls(bucket, BUCKET_CALLS, observe);
  const { createMultipartUpload } = calls;
  return replace(bucket, {
    ...calls,
    createMultipartUpload: async (...args: unknown[]) =>
      observeUpload((await createMultipartUpload?.(...args)) as R2MultipartUpload, observe),
    resumeMultipartUpload: (key: string, id: string) =>
      observeUpload(bucket.resumeMultipartUpload(key, id), observe),
  });
}

function observeUpload(upload: R2MultipartUpload, observe: BucketObserver): R2MultipartUpload {
  return replace(upload, observeCalls(upload, UPLOAD_CALLS, observe));
}

type AnyCall = (...args: unknown[]) => Promise<unknown>;

function observeCalls(
  target: object,
  names: readonly BucketCall[],
  observe: BucketObserver,
): Partial<Record<BucketCall, AnyCall>> {
  const observed = names.map((name): [BucketCall, AnyCall] => {
    const call = (Reflect.get(target, name) as AnyCall).bind(target);
    return [name, (...args) => observe(name, args, () => call(...args))];
  });
  return Object.fromEntries(observed);
}

/**
 * Stands around each request to an object.
 * @param name undefined where the object has an id only
 * @param send sends the request, which may be another one
 */
export type ObjectObserver = (
  name: string | undefined,
  request: Request,
  send: (request: Request) => Promise<Response>,
) => Promise<Response>;

export function observeObjects(
  objects: DurableObjectNamespace,
  observe: ObjectObserver,
): DurableObjectNamespace {
  const get: DurableObjectNamespace['get'] = (id, options) => {
    const stub = objects.get(id, options);
    const send = (request: Request) => stub.fetch(request);
    return replace(stub, {
      fetch: (...args: ConstructorParameters<typeof Request>) =>
        observe(id.name, new Request(...args) as Request, send),
    });
  };
  return replace(objects, {
    get,
    getByName: (name: string) => get(objects.idFromName(name)),
  });
}

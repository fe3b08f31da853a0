import {
  type BucketCall,
  observeBucket,
  observeDatabase,
  observeObjects,
} from '../../bindings/observe.ts';
import type { RegionModel, World } from '../model.ts';
import type { CallKind } from '../trips.ts';
import { observeQueries } from './database.ts';
import { markRequest, noteCall } from './trace.ts';
import { travel } from './travel.ts';

/** What a registry is given here, besides its own bindings. */
export interface WorldEnv {
  readonly WORLD: World;
  /** Answers as a replica that is behind, if the model has one. */
  readonly REPLICA?: Fetcher;
}

/** An environment whose bindings are as far away as the model says, and write traces. */
export function delayBindings<E extends WorldEnv>(env: E): E {
  const delayed = Object.entries(env).map(([name, binding]) => [
    name,
    delayBinding(name, binding, env),
  ]);
  return Object.fromEntries(delayed) as E;
}

function delayBinding(name: string, binding: unknown, { WORLD, REPLICA }: WorldEnv): unknown {
  const { model } = WORLD;
  if (isLike<D1Database>(binding, 'withSession')) {
    return observeDatabase(binding, observeQueries(model, REPLICA));
  }
  if (isLike<R2Bucket>(binding, 'createMultipartUpload')) return delayBucket(binding, model);
  if (isLike<DurableObjectNamespace>(binding, 'newUniqueId')) {
    return delayObjects(name, binding, model);
  }
  return binding;
}

/** Whether a binding is of the kind that has this method. */
function isLike<T>(binding: unknown, method: string): binding is T {
  return typeof binding === 'object' && binding !== null && method in binding;
}

const READS: readonly BucketCall[] = ['get', 'head', 'list'];

function delayBucket(bucket: R2Bucket, { bucket: { get, put } }: RegionModel): R2Bucket {
  return observeBucket(bucket, (call, args, run) => {
    const kind = READS.includes(call) ? 'get' : 'put';
    const what = typeof args[0] === 'string' ? `${call} ${args[0].slice(0, 12)}…` : call;
    return travel({ kind, what }, kind === 'get' ? get : put, run);
  });
}

/** Names that were used, which the isolate of all objects knows. */
const used = new Set<string>();

function delayObjects(
  binding: string,
  objects: DurableObjectNamespace,
  { objects: { first, later } }: RegionModel,
): DurableObjectNamespace {
  return observeObjects(objects, async (name, request, send) => {
    const address = `${binding} ${name}`;
    const isFirst = name !== undefined && !used.has(address);
    used.add(address);
    const kind: CallKind = isFirst ? 'first' : 'object';
    const begun = performance.now();
    // All of it before the object begins, since what the object asks for is a trip of its own.
    await scheduler.wait(isFirst ? first : later);
    noteCall(kind, binding, begun);
    return await send(markRequest(request));
  });
}

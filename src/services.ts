import { exports } from 'cloudflare:workers';
import { type Env, hasObjectCache, readTimes } from './env.ts';
import { type Limiter, openLimiter } from './rate-limits.ts';
import { type Database, openDatabase, openNearestDatabase } from './storage/database.ts';
import type { Disk } from './storage/disk.ts';
import { guardBucket } from './storage/guarded-bucket.ts';
import {
  type CachedEntrypoint,
  type ObjectCache,
  openObjectCache,
} from './storage/object-cache.ts';

/** The bindings of the Worker, as one request or one scheduled run uses them. */
export interface Services {
  readonly db: Database;
  /** The nearest replica, which may lag: only for content by digest. */
  readonly nearest: Database;
  readonly bucket: R2Bucket;
  /** Null: whole objects are read from the bucket. */
  readonly objectCache: ObjectCache | null;
  /** Undefined on Cloudflare. */
  readonly disk: Disk | undefined;
  readonly uploads: DurableObjectNamespace;
  /** Pull counters, one for each image. */
  readonly pulls: DurableObjectNamespace;
  /** Collectors, one for each workspace and one for the platform. */
  readonly collectors: DurableObjectNamespace;
  /** Deliveries, one for each trigger. */
  readonly triggers: DurableObjectNamespace;
  /** Wrong passwords and tokens, by network. */
  readonly failedSignIns: Limiter;
  /** Tokens and manifests by tag for anonymous users, by network. */
  readonly anonymousPulls: Limiter;
  /** Uploads that are begun, by principal. */
  readonly newUploads: Limiter;
  /** How long a collection keeps unused content, in ms. */
  readonly gracePeriod: number;
  /** How long after an answer its use is known, in ms: see Times. */
  readonly useDelay: number;
}

export function openServices(env: Env): Services {
  const { gracePeriod, useDelay } = readTimes(env);
  return {
    db: openDatabase(env.DB),
    nearest: openNearestDatabase(env.DB),
    bucket: guardBucket(env.BUCKET, env.DISK),
    objectCache: findObjectCache(env),
    disk: env.DISK,
    uploads: env.UPLOADS,
    pulls: env.PULLS,
    collectors: env.COLLECTORS,
    triggers: env.TRIGGERS,
    failedSignIns: openLimiter(env.FAILED_SIGN_INS),
    anonymousPulls: openLimiter(env.ANONYMOUS_PULLS),
    newUploads: openLimiter(env.NEW_UPLOADS),
    gracePeriod,
    useDelay,
  };
}

/** The cache in front of the Worker's own entrypoint, where it is switched on and there is one. */
function findObjectCache(env: Env): ObjectCache | null {
  if (!hasObjectCache(env)) return null;
  const { CachedObjects } = exports as { readonly CachedObjects?: CachedEntrypoint };
  return CachedObjects ? openObjectCache(CachedObjects) : null;
}

import { type Env, readTimes } from './env.ts';
import { type Database, openDatabase, openNearestDatabase } from './storage/database.ts';

/** The bindings of the Worker, as one request or one scheduled run uses them. */
export interface Services {
  readonly db: Database;
  /** The nearest replica. It may lag: only for content by digest. */
  readonly nearest: Database;
  readonly bucket: R2Bucket;
  readonly uploads: DurableObjectNamespace;
  /** Counters of pulls, one for each image. */
  readonly pulls: DurableObjectNamespace;
  /** Drivers of collections, one for each workspace and one for the platform. */
  readonly collectors: DurableObjectNamespace;
  /** How long collection spares content that nothing uses yet, in ms. */
  readonly gracePeriod: number;
}

export function openServices(env: Env): Services {
  return {
    db: openDatabase(env.DB),
    nearest: openNearestDatabase(env.DB),
    bucket: env.BUCKET,
    uploads: env.UPLOADS,
    pulls: env.PULLS,
    collectors: env.COLLECTORS,
    gracePeriod: readTimes(env).gracePeriod,
  };
}

import { type Env, readTimes } from '../env.ts';
import { type Database, openDatabase, openNearestDatabase } from '../storage/database.ts';
import type { Repository } from '../storage/images.ts';

export type { Repository };

/** The platform's storage, as one request uses it. */
export interface Platform {
  readonly db: Database;
  /** May lag behind; for content by digest only. */
  readonly nearest: Database;
  readonly bucket: R2Bucket;
  readonly uploads: DurableObjectNamespace;
  /** Counters of pulls, one for each image. */
  readonly pulls: DurableObjectNamespace;
  /** Drivers of collections, one for each workspace and one for the platform. */
  readonly collectors: DurableObjectNamespace;
  /** How long collection spares what nothing uses yet, in ms. */
  readonly gracePeriod: number;
}

export function openPlatform(env: Env): Platform {
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

/** What an operation on a repository works with. */
export interface Context extends Platform {
  readonly repository: Repository;
  /** Name of who does it, for history. */
  readonly actor: string;
  /** When the request came, ms. */
  readonly now: number;
}

/** Whether the grace period of something unused is half over and a push should renew it. */
export function needsRenewal(
  unusedSince: number | null,
  { now, gracePeriod }: Pick<Context, 'now' | 'gracePeriod'>,
): boolean {
  return unusedSince !== null && now - unusedSince > gracePeriod / 2;
}

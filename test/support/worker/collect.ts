import { vi } from 'vitest';
import { advance } from '../../../src/maintenance/collection/advance.ts';
import { deleteQueuedObjects } from '../../../src/maintenance/collection/deletion-queue.ts';
import type { SliceContext } from '../../../src/maintenance/collection/slice.ts';
import { openServices } from '../../../src/services.ts';
import type { Database } from '../../../src/storage/database.ts';
import {
  findRun,
  findRunning,
  insertRun,
  type RunRecord,
} from '../../../src/storage/garbage/collection-runs.ts';
import { bindings, query } from './database.ts';

const { db, bucket, objectCache, pulls } = openServices(bindings);

export const DAY = 24 * 60 * 60 * 1000;
export const HOUR = 60 * 60 * 1000;

export interface CollectOptions {
  /** Name; left out: the whole platform. */
  readonly workspace?: string;
  readonly emptyTrash?: boolean;
  readonly gracePeriod?: number;
  /** Ms; 0 if left out. */
  readonly useDelay?: number;
  /** When it runs, ms. */
  readonly now?: number;
  /** When it began, by a clock that may have been wrong, ms. Left out: when it runs. */
  readonly startedAt?: number;
  readonly bucket?: R2Bucket;
  readonly db?: Database;
  readonly pulls?: DurableObjectNamespace;
}

/** Begins a run, and answers what its slices work with. */
export async function beginRun(options: CollectOptions = {}): Promise<SliceContext> {
  const {
    workspace,
    emptyTrash = false,
    now = Date.now(),
    gracePeriod = 0,
    useDelay = 0,
  } = options;
  const { startedAt = now } = options;
  const workspaceId = workspace === undefined ? null : await workspaceIdOf(workspace);
  await insertRun(db, workspaceId, 'test', emptyTrash, startedAt);
  const run = await findRunning(db, workspaceId);
  if (!run) throw new Error('the run that was just begun is not there');
  return {
    ...{ db: options.db ?? db, bucket: options.bucket ?? bucket, pulls: options.pulls ?? pulls },
    ...{ objectCache, run, trashDays: 7, gracePeriod, deletionDelay: 0, useDelay },
  };
}

/** Does the next slice of a run; answers what the one behind it works with, null at the end. */
async function step(collection: SliceContext): Promise<SliceContext | null> {
  const { run } = collection;
  const { ended } = await advance(collection);
  const next = ended ? null : await findRun(db, run.workspaceId, run.id);
  return next?.state === 'running' ? { ...collection, run: next } : null;
}

/** Runs a collection to its end and answers its record. */
export async function collect(options: CollectOptions = {}): Promise<RunRecord> {
  if (options.now === undefined) return await run(options);
  // A run believes no time that is ahead of the clock.
  vi.useFakeTimers({ toFake: ['Date'], now: options.now });
  try {
    return await run(options);
  } finally {
    vi.useRealTimers();
  }
}

async function run(options: CollectOptions): Promise<RunRecord> {
  const begun = await beginRun(options);
  for (let next: SliceContext | null = begun; next !== null; ) next = await step(next);
  const record = await findRun(db, begun.run.workspaceId, begun.run.id);
  if (!record) throw new Error('the run has gone with its workspace');
  return record;
}

/** Deletes what is doomed, and nothing else, without waiting for readers; answers the errors. */
export async function sweep(other: R2Bucket = bucket): Promise<string[]> {
  const run = { workspaceId: null } as RunRecord;
  const collection: SliceContext = {
    ...{ db, bucket: other, objectCache, pulls, run, trashDays: 7 },
    ...{ gracePeriod: 0, deletionDelay: 0, useDelay: 0 },
  };
  await query('UPDATE doomed_objects SET doomed_at = 1');
  const errors: string[] = [];
  for (let at: Awaited<ReturnType<typeof deleteQueuedObjects.slice>>['next'] = null; ; ) {
    const found = await deleteQueuedObjects.slice(collection, at);
    errors.push(...(found.errors ?? []));
    at = found.next;
    if (at === null) return errors;
  }
}

async function workspaceIdOf(name: string): Promise<number> {
  const [row] = await query<{ id: number }>(
    'SELECT id FROM workspaces WHERE name = ? AND deleted_at IS NULL',
    name,
  );
  if (!row) throw new Error(`there is no workspace ${name}`);
  return row.id;
}

const CONTENT = [
  'images',
  'blobs',
  'image_blobs',
  'manifests',
  'manifest_blobs',
  'manifest_children',
  'tags',
  'trashed_tags',
  'trash',
  'tag_history',
  'pulls_by_day',
  'image_pulls_by_hour',
  'image_pulls_by_day',
  'pull_flushes',
  'doomed_objects',
] as const;

/** How many rows each content table has that has any. */
export async function countContent(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of CONTENT) {
    const [row] = await query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`);
    if (row && row.count > 0) counts[table] = row.count;
  }
  return counts;
}

/** Keys the database names, those of doomed objects too. */
export async function namedKeys(): Promise<string[]> {
  const rows = await query<{ key: string }>(`
    SELECT key FROM blobs UNION SELECT content_key FROM manifests WHERE content_key IS NOT NULL
    UNION SELECT key FROM doomed_objects ORDER BY 1`);
  return rows.map((row) => row.key);
}

/** Every key of the bucket, in order. */
export async function allKeys(): Promise<string[]> {
  const keys: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const found: R2Objects = await bindings.BUCKET.list(cursor ? { cursor } : {});
    keys.push(...found.objects.map((object) => object.key));
    if (!found.truncated) return keys.sort();
    cursor = found.cursor;
  }
}

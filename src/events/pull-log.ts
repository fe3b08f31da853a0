/**
 * What the counter of an image keeps in its storage:
 *
 *   pulls    every manifest sent, in order; `counts` is 0 if it was only a child of an index.
 *            Those up to `flushed` are in D1; they stay a minute longer, to recognize a note
 *            that arrives twice
 *   served   indexes sent in the last minutes, by client and minute, and how often each of
 *            their children was followed
 *   kv       image (its id), flushed, batch (the flush that has begun)
 */
import type { ManifestServed, PullCount } from '../domain/pulls.ts';
import { DAY_MS, MINUTE_MS } from '../domain/time.ts';

/** How long an index that was sent explains GETs of its children, ms. */
export const FOLLOWED_WITHIN = 10 * MINUTE_MS;

/** How long a note may arrive again, ms: longer than its sender retries. */
const TOLD_WITHIN = MINUTE_MS;

/** The most pulls of one batch: their counts fit one parameter of D1. */
const MAX_BATCH = 5000;

/** Pulls of one flush: those after `after`, up to `through`. */
export interface Batch {
  /** Rises with every batch of an image, even if the counter kept nothing in between. */
  readonly number: number;
  readonly after: number;
  readonly through: number;
}

interface Flushed {
  readonly number: number;
  readonly through: number;
  readonly at: number;
}

const NEVER_FLUSHED: Flushed = { number: 0, through: 0, at: 0 };

const minuteOf = (time: number) => Math.floor(time / MINUTE_MS);

export function createLog(storage: DurableObjectStorage): void {
  storage.sql.exec(`
    CREATE TABLE IF NOT EXISTS pulls (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      at INTEGER NOT NULL,
      tag TEXT,
      digest TEXT NOT NULL,
      counts INTEGER NOT NULL
    );
    CREATE TABLE IF NOT EXISTS served (
      client TEXT NOT NULL,
      digest TEXT NOT NULL,
      minute INTEGER NOT NULL,
      times INTEGER NOT NULL,
      children TEXT NOT NULL,
      followed TEXT NOT NULL DEFAULT '{}',
      PRIMARY KEY (client, digest, minute)
    ) WITHOUT ROWID`);
}

/**
 * Logs that a manifest was sent; a note that is logged already changes nothing.
 * @param tag the tag that the client asked for, if that is known
 */
export function logServed(
  storage: DurableObjectStorage,
  note: ManifestServed,
  tag: string | null,
): void {
  const { id, at, digest } = note;
  storage.transactionSync(() => {
    const known = storage.sql.exec('SELECT 1 FROM pulls WHERE id = ?', id).toArray().length > 0;
    if (known) return;
    storage.kv.put('image', note.imageId);
    const counts = tag !== null || !follow(storage, note);
    storage.sql.exec(
      'INSERT INTO pulls (id, at, tag, digest, counts) VALUES (?, ?, ?, ?, ?)',
      ...[id, at, tag, digest, counts ? 1 : 0],
    );
    if (note.children.length > 0) logIndex(storage, note);
  });
}

function logIndex(storage: DurableObjectStorage, note: ManifestServed): void {
  const { client, digest, at, children } = note;
  storage.sql.exec(
    `INSERT INTO served (client, digest, minute, times, children) VALUES (?, ?, ?, 1, ?)
      ON CONFLICT DO UPDATE SET times = times + 1`,
    ...[client, digest, minuteOf(at), JSON.stringify(children)],
  );
}

/**
 * Whether a GET by digest follows an index that the client was sent. An index that is sent once
 * explains one GET of each child; further GETs count.
 */
function follow(storage: DurableObjectStorage, { client, digest, at }: ManifestServed): boolean {
  const followed = storage.sql.exec(
    `UPDATE served
      SET followed = json_set(followed, ?1, coalesce(followed ->> ?1, 0) + 1)
      WHERE client = ?2 AND (digest, minute) IN (
        SELECT digest, minute FROM served AS s
          WHERE client = ?2 AND minute BETWEEN ?3 AND ?5 AND coalesce(followed ->> ?1, 0) < times
            AND EXISTS (SELECT 1 FROM json_each(s.children) WHERE value = ?4)
          ORDER BY minute LIMIT 1)
      RETURNING digest`,
    ...[`$."${digest}"`, client, minuteOf(at - FOLLOWED_WITHIN), digest, minuteOf(at + MINUTE_MS)],
  );
  return followed.toArray().length > 0;
}

/** The image of a counter; undefined before its first note. */
export function readImageId(storage: DurableObjectStorage): number | undefined {
  return storage.kv.get<number>('image');
}

function readFlushed(storage: DurableObjectStorage): Flushed {
  return storage.kv.get<Flushed>('flushed') ?? NEVER_FLUSHED;
}

/** The time of the last flush, ms; 0: never. */
export function lastFlushAt(storage: DurableObjectStorage): number {
  return readFlushed(storage).at;
}

/** The batch that a crash or an error has left unfinished. */
export function readBatch(storage: DurableObjectStorage): Batch | undefined {
  return storage.kv.get<Batch>('batch');
}

/** Determines the next batch; undefined if there is nothing to flush. */
export function beginBatch(storage: DurableObjectStorage, now: number): Batch | undefined {
  const flushed = readFlushed(storage);
  const { through } = storage.sql
    .exec<{ through: number | null }>(
      'SELECT max(seq) AS through FROM (SELECT seq FROM pulls WHERE seq > ? ORDER BY seq LIMIT ?)',
      ...[flushed.through, MAX_BATCH],
    )
    .one();
  if (through === null) return undefined;
  const number = Math.max(now, flushed.number + 1);
  const batch = { number, after: flushed.through, through };
  storage.kv.put('batch', batch);
  return batch;
}

/** The pulls of a batch by day, tag and digest. */
export function countBatch(storage: DurableObjectStorage, batch: Batch): PullCount[] {
  return storage.sql
    .exec<PullCount & Record<string, SqlStorageValue>>(
      `SELECT at / ${DAY_MS} AS day, tag, digest, count(*) AS pulls,
          max(at) / ${MINUTE_MS} * ${MINUTE_MS} AS lastAt
        FROM pulls WHERE seq > ? AND seq <= ? AND counts = 1 GROUP BY 1, 2, 3`,
      ...[batch.after, batch.through],
    )
    .toArray();
}

/** Records that a batch is in D1. */
export function endBatch(storage: DurableObjectStorage, batch: Batch, now: number): void {
  storage.transactionSync(() => {
    const { number, through } = batch;
    storage.kv.put('flushed', { number, through, at: now } satisfies Flushed);
    storage.kv.delete('batch');
  });
}

/** Deletes what is in D1 and no longer needed, or ahead of the clock; true if nothing is left. */
export function tidyLog(storage: DurableObjectStorage, now: number): boolean {
  const { sql } = storage;
  const { through } = readFlushed(storage);
  const told = [now - TOLD_WITHIN, now + TOLD_WITHIN];
  sql.exec('DELETE FROM pulls WHERE seq <= ? AND at NOT BETWEEN ? AND ?', through, ...told);
  const followed = [minuteOf(now - FOLLOWED_WITHIN), minuteOf(now + MINUTE_MS)];
  sql.exec('DELETE FROM served WHERE minute NOT BETWEEN ? AND ?', ...followed);
  const left = 'SELECT EXISTS (SELECT 1 FROM pulls) OR EXISTS (SELECT 1 FROM served) AS some';
  return sql.exec<{ some: number }>(left).one().some === 0;
}

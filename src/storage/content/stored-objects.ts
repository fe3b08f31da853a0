import { sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';

/** Content whose bytes are an R2 object: a blob, or a manifest too large for its row. */
export interface StoredContent {
  readonly kind: 'blob' | 'manifest';
  readonly digest: Digest;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
}

/** Content, and whether its object is known to be missing or damaged. */
export interface KnownContent extends StoredContent {
  readonly damaged: boolean;
}

/** Whether content, damaged or not, has the object of a key. */
export async function isKeyNamed(db: Database, key: string): Promise<boolean> {
  const rows = await db.all(sql`
    SELECT 1 FROM blobs WHERE key = ${key}
    UNION ALL SELECT 1 FROM manifests WHERE content_key = ${key} LIMIT 1`);
  return rows.length > 0;
}

/** Blobs ordered by digest, starting after `after`. */
export async function listBlobContents(
  db: Database,
  after: string,
  limit: number,
): Promise<KnownContent[]> {
  const rows = await db.all<StoredRow<KnownContent>>(sql`
    SELECT 'blob' AS kind, digest, key, size, damaged_at IS NOT NULL AS damaged FROM blobs
      WHERE digest > ${after} ORDER BY digest LIMIT ${limit}`);
  return rows.map(readContent);
}

/** Manifests in R2 ordered by key, starting after `after`. */
export async function listManifestContents(
  db: Database,
  after: string,
  limit: number,
): Promise<KnownContent[]> {
  const rows = await db.all<StoredRow<KnownContent>>(sql`
    SELECT 'manifest' AS kind, digest, content_key AS key, size,
        damaged_at IS NOT NULL AS damaged
      FROM manifests WHERE content_key > ${after} ORDER BY content_key LIMIT ${limit}`);
  return rows.map(readContent);
}

function readContent(row: StoredRow<KnownContent>): KnownContent {
  return readBooleans(row, ['damaged']);
}

/** Content ordered by key, starting after `after`, up to `end` (null: without an end). */
export async function listContentsByKey(
  db: Database,
  after: string,
  end: string | null,
  limit: number,
): Promise<KnownContent[]> {
  const last = end ?? '\u{10ffff}';
  const rows = await db.all<StoredRow<KnownContent>>(sql`
    SELECT * FROM (
      SELECT 'blob' AS kind, digest, key, size, damaged_at IS NOT NULL AS damaged FROM blobs
        WHERE key > ${after} AND key <= ${last} ORDER BY key LIMIT ${limit})
    UNION ALL
    SELECT * FROM (
      SELECT 'manifest', digest, content_key, size, damaged_at IS NOT NULL FROM manifests
        WHERE content_key > ${after} AND content_key <= ${last} ORDER BY content_key LIMIT ${limit})
    ORDER BY key LIMIT ${limit}`);
  return rows.map(readContent);
}

/** An object of the bucket. */
export interface ListedObject {
  readonly key: string;
  /** ms since 1970 */
  readonly uploaded: number;
}

/**
 * Puts orphans (objects that no row ever named) into the deletion queue. An object that a row
 * names at the moment of the write is left out; one in the queue can get no row later. A database
 * that knows no content, or that is younger than an object, cannot tell what is an orphan: it may
 * have taken the place of one that is lost. Answers the keys that were added.
 */
export async function queueOrphans(
  db: Database,
  objects: readonly ListedObject[],
  now: number,
): Promise<string[]> {
  const rows = await db.all<{ key: string }>(sql`
    INSERT INTO doomed_objects (key, doomed_at)
      SELECT value ->> 'key' AS object, ${now} FROM json_each(${JSON.stringify(objects)})
        WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE key = object)
          AND NOT EXISTS (SELECT 1 FROM manifests WHERE content_key = object)
          AND value ->> 'uploaded' >= (SELECT min(created_at) FROM users)
          AND (EXISTS (SELECT 1 FROM blobs) OR EXISTS (SELECT 1 FROM manifests))
      ON CONFLICT DO NOTHING RETURNING key`);
  return rows.map((row) => row.key);
}

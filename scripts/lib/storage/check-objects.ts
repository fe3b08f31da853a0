import { createHash } from 'node:crypto';
import { createReadStream, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pipeline } from 'node:stream/promises';
import { findDatabase } from '../local-database.ts';

/** Bytes that are read again at most: larger amounts are compared by size alone. */
const MAX_READ = 4 * 1024 ** 3;

/** What the clock may be set back by while a server runs, ms. */
const SLACK = 10_000;

/** What a check found. */
export interface ObjectCheck {
  readonly checked: number;
  /** Digests of what is damaged now and was not before. */
  readonly damaged: readonly string[];
}

/** A file of an object: the simulator keeps one for each object, or for each part of it. */
interface StoredFile {
  readonly digest: string;
  readonly key: string;
  /** Null if the object has no row in the simulator. */
  readonly file: string | null;
  readonly size: number;
  readonly md5: string;
}

/**
 * Compares the files of objects that were written since a time with the rows that name them, and
 * marks as damaged what is missing, short or wrong. For a state that was left uncleanly: the rows
 * reach the disk before the files do. No server may run beside it.
 */
export async function checkObjects(state: string, since: number): Promise<ObjectCheck> {
  const database = openDatabases(state);
  if (database === null) return { checked: 0, damaged: [] };
  try {
    const files = listFiles(database, since - SLACK);
    const wrong = new Map<string, string>();
    let left = MAX_READ;
    for (const one of files) {
      left -= one.size;
      if (!(await isRight(state, one, left >= 0))) wrong.set(one.key, one.digest);
    }
    markDamaged(database, [...wrong.keys()]);
    const checked = new Set(files.map(({ key }) => key)).size;
    return { checked, damaged: [...new Set(wrong.values())] };
  } finally {
    database.close();
  }
}

/** The registry's database, with that of the simulated bucket as `bucket`. */
function openDatabases(state: string): DatabaseSync | null {
  const path = findDatabase(state);
  const [bucket] = globSync(join(state, 'v3/r2/miniflare-R2BucketObject/*.sqlite')).filter(
    (file) => !file.endsWith('metadata.sqlite'),
  );
  if (!path || !bucket) return null;
  const database = new DatabaseSync(path);
  database.prepare('ATTACH ? AS bucket').run(bucket);
  return database;
}

function listFiles(database: DatabaseSync, since: number): StoredFile[] {
  const sql = `
    WITH contents AS (
      SELECT digest, key, created_at FROM blobs WHERE damaged_at IS NULL
      UNION ALL
      SELECT digest, content_key, pushed_at FROM manifests
        WHERE content_key IS NOT NULL AND damaged_at IS NULL)
    SELECT c.digest, c.key, coalesce(o.blob_id, p.blob_id) AS file,
        coalesce(p.size, o.size, 0) AS size, coalesce(p.checksum_md5, o.etag, '') AS md5
      FROM contents AS c LEFT JOIN bucket._mf_objects AS o ON o.key = c.key
      LEFT JOIN bucket._mf_multipart_parts AS p ON o.blob_id IS NULL AND p.object_key = o.key
      WHERE o.uploaded >= :since OR (o.key IS NULL AND c.created_at >= :since)`;
  return database.prepare(sql).all({ since }) as unknown as StoredFile[];
}

async function isRight(
  state: string,
  { file, size, md5 }: StoredFile,
  read: boolean,
): Promise<boolean> {
  if (file === null) return false;
  const path = join(state, 'v3/r2/orlop/blobs', file);
  try {
    if (statSync(path).size !== size) return false;
    if (!read) return true;
    const hash = createHash('md5');
    await pipeline(createReadStream(path), hash);
    return hash.digest('hex') === md5;
  } catch {
    return false;
  }
}

function markDamaged(database: DatabaseSync, keys: readonly string[]): void {
  const values = { now: Date.now(), keys: JSON.stringify(keys) };
  for (const [table, key] of [
    ['blobs', 'key'],
    ['manifests', 'content_key'],
  ]) {
    database
      .prepare(
        `UPDATE ${table} SET damaged_at = :now
          WHERE ${key} IN (SELECT value FROM json_each(:keys)) AND damaged_at IS NULL`,
      )
      .run(values);
  }
}

import { env } from 'cloudflare:workers';
import type { Env } from '../../../src/env.ts';

export const bindings = env as unknown as Env;

type Row = Record<string, unknown>;

/** Runs one statement and answers its rows. */
export async function query<T extends Row = Row>(sql: string, ...values: unknown[]): Promise<T[]> {
  const { results } = await bindings.DB.prepare(sql)
    .bind(...values)
    .all<T>();
  return results;
}

/** The id of an image that is not in the trash, by its full name. */
export async function imageId(repository: string): Promise<number> {
  const slash = repository.indexOf('/');
  const [row] = await query<{ id: number }>(
    `SELECT i.id FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE w.name = ? AND i.name = ? AND i.deleted_at IS NULL`,
    repository.slice(0, slash),
    repository.slice(slash + 1),
  );
  if (!row) throw new Error(`there is no image ${repository}`);
  return row.id;
}

/** The R2 key of a blob. */
export async function blobKey(digest: string): Promise<string> {
  const [row] = await query<{ key: string }>('SELECT key FROM blobs WHERE digest = ?', digest);
  if (!row) throw new Error(`there is no blob ${digest}`);
  return row.key;
}

/** Every key of the bucket, sorted. */
export async function bucketKeys(): Promise<string[]> {
  const { objects, truncated } = await bindings.BUCKET.list();
  if (truncated) throw new Error('too many objects for one page');
  return objects.map((object) => object.key).sort();
}

/** Keys in the deletion queue. */
export async function doomedKeys(): Promise<string[]> {
  const rows = await query<{ key: string }>('SELECT key FROM doomed_objects ORDER BY key');
  return rows.map((row) => row.key);
}

/** What a server has stored, read from its files. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Server } from '../../support/server.ts';

function read(server: Server, kind: string, sql: string): string[] {
  const files = globSync(join(server.state, `v3/${kind}/*.sqlite`));
  const data = files.filter((file) => !file.endsWith('metadata.sqlite'));
  return data.flatMap((file) => {
    const database = new DatabaseSync(file, { readOnly: true });
    try {
      const rows = database.prepare(sql).all();
      return rows.map((row) => String(row.key));
    } finally {
      database.close();
    }
  });
}

/** Every key of the bucket, in order. */
export function bucketKeys(server: Server): string[] {
  return read(server, 'r2/miniflare-R2BucketObject', 'SELECT key FROM _mf_objects').sort();
}

/** Every key that a blob or manifest names, in order. */
export function namedKeys(server: Server): string[] {
  const sql = `SELECT key FROM blobs UNION
    SELECT content_key FROM manifests WHERE content_key IS NOT NULL`;
  return read(server, 'd1/miniflare-D1DatabaseObject', sql).sort();
}

/** Ids of collections that have not ended. */
export function runningCollections(server: Server): string[] {
  const sql = "SELECT id AS key FROM collection_runs WHERE state = 'running'";
  return read(server, 'd1/miniflare-D1DatabaseObject', sql);
}

/** Keys in the deletion queue. */
export function doomedKeys(server: Server): string[] {
  return read(server, 'd1/miniflare-D1DatabaseObject', 'SELECT key FROM doomed_objects');
}

/** The files that hold a blob's bytes: one, or one for each part. */
export function blobFiles(server: Server, digest: string): string[] {
  const named = `SELECT key FROM blobs WHERE digest = '${digest}'`;
  const [key] = read(server, 'd1/miniflare-D1DatabaseObject', named);
  const sql = `
    SELECT coalesce(o.blob_id, p.blob_id) AS key FROM _mf_objects AS o
      LEFT JOIN _mf_multipart_parts AS p ON o.blob_id IS NULL AND p.object_key = o.key
      WHERE o.key = '${key}' ORDER BY p.part_number`;
  const ids = read(server, 'r2/miniflare-R2BucketObject', sql);
  return ids.map((id) => join(server.state, 'v3/r2/orlop/blobs', id));
}

/** Deletes the row of a blob's object in a bucket whose server has been stopped. */
export function forgetObject(server: Server, digest: string): void {
  const named = `SELECT key FROM blobs WHERE digest = '${digest}'`;
  const [key] = read(server, 'd1/miniflare-D1DatabaseObject', named);
  execute(bucketFiles(server), `DELETE FROM _mf_objects WHERE key = '${key}'`);
}

/** As if all objects had been written earlier, in a bucket whose server has been stopped. */
export function makeObjectsOlder(server: Server, ms: number): void {
  execute(bucketFiles(server), `UPDATE _mf_objects SET uploaded = uploaded - ${ms}`);
}

function bucketFiles(server: Server): string[] {
  const files = globSync(join(server.state, 'v3/r2/miniflare-R2BucketObject/*.sqlite'));
  return files.filter((file) => !file.endsWith('metadata.sqlite'));
}

/** Files of the Durable Objects of uploads. */
export function uploadFiles(server: Server): string[] {
  const files = globSync(join(server.state, 'v3/do/orlop-UploadSession/*.sqlite'));
  return files.filter((file) => !file.endsWith('metadata.sqlite')).sort();
}

/** Runs statements on databases of a server that has been stopped. */
export function execute(files: readonly string[], sql: string): void {
  for (const file of files) {
    const database = new DatabaseSync(file);
    database.exec(sql);
    database.close();
  }
}

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

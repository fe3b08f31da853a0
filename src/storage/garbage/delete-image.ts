import { type SQL, sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';
import { type Freeing, freeBlobs, freeManifests } from './delete-unused.ts';

/** Rows of one table that one slice drops: what hangs on them by cascade is as bounded. */
const SLICE = 500;
/** Manifests, whose texts may be large. */
const MANIFESTS = 50;

const TABLES_BEFORE = ['tags', 'trashed_tags', 'manifest_blobs', 'manifest_children'] as const;
const TABLES_BEHIND = ['tag_history', 'pulls_by_day', 'image_pulls_by_day'] as const;
const ALL_TABLES = [...TABLES_BEFORE, 'manifests', 'image_blobs', ...TABLES_BEHIND] as const;

/**
 * Drops a slice of an image that left the trash for good, from its tags down to its links, in
 * one transaction; its own row goes last, when nothing of it is left. Answers whether it has
 * gone.
 */
export async function dismantleImage(
  db: Database,
  imageId: number,
  freeing: Freeing,
): Promise<boolean> {
  const links = await db.all<{ digest: string }>(sql`
    SELECT digest FROM image_blobs WHERE image_id = ${imageId} ORDER BY digest LIMIT ${SLICE}`);
  const digests = JSON.stringify(links.map((link) => link.digest));
  const drop = (table: string): SQL => sql`
    DELETE FROM ${sql.raw(table)} WHERE rowid IN (
      SELECT rowid FROM ${sql.raw(table)} WHERE image_id = ${imageId} LIMIT ${SLICE})`;
  // Without edges and tags, in which order they go means nothing.
  const bare = sql`image_id = ${imageId} AND ${nothingIn(TABLES_BEFORE, imageId)} AND digest IN (
    SELECT digest FROM manifests WHERE image_id = ${imageId} ORDER BY digest LIMIT ${MANIFESTS})`;
  const versions = sql`FROM trash WHERE image_id = ${imageId} AND digest IS NOT NULL`;
  const results = await runBatch(db, [
    ...TABLES_BEFORE.map(drop),
    ...freeManifests(bare, freeing),
    sql`
      DELETE FROM image_blobs WHERE image_id = ${imageId} AND uses = 0
        AND digest IN (SELECT value FROM json_each(${digests}))`,
    ...freeBlobs(digests, freeing),
    ...TABLES_BEHIND.map(drop),
    // The image's own row in the trash is what it is found by: it goes with the image.
    sql`DELETE FROM trash WHERE id IN (SELECT id ${versions} LIMIT ${SLICE})`,
    sql`
      DELETE FROM images WHERE id = ${imageId} AND ${nothingIn(ALL_TABLES, imageId)}
        AND NOT EXISTS (SELECT 1 ${versions})`,
    sql`SELECT 1 FROM images WHERE id = ${imageId}`,
  ]);
  return results.at(-1)?.length === 0;
}

function nothingIn(tables: readonly string[], imageId: number): SQL {
  const conditions = tables.map(
    (table) => sql`NOT EXISTS (SELECT 1 FROM ${sql.raw(table)} WHERE image_id = ${imageId})`,
  );
  return sql.join(conditions, sql` AND `);
}

/** Any image of a workspace, also one that is not in the trash by itself; null: it has none. */
export async function findImageOf(db: Database, workspaceId: number): Promise<number | null> {
  const [row] = await db.all<{ id: number }>(sql`
    SELECT id FROM images WHERE workspace_id = ${workspaceId} LIMIT 1`);
  return row?.id ?? null;
}

/** Drops a workspace that left the trash for good, once it has no images; false before that. */
export async function dropWorkspace(db: Database, workspaceId: number): Promise<boolean> {
  const rows = await db.all(sql`
    DELETE FROM workspaces WHERE id = ${workspaceId}
      AND NOT EXISTS (SELECT 1 FROM images WHERE workspace_id = ${workspaceId}) RETURNING id`);
  return rows.length > 0;
}

import { type SQL, sql } from 'drizzle-orm';
import { IS_UNUSED_LINK } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';
import {
  type Deleting,
  deleteBlobsStatements,
  deleteManifestsStatements,
} from './delete-unused.ts';

/** Rows of one table that a slice deletes at most; what they cascade to is bounded as well. */
const SLICE = 500;
/** Fewer manifests, whose texts may be large. */
const MANIFESTS = 50;

/** Tables with an `image_id`, besides manifests and links, each with its key. */
const TABLES = {
  tag_history: 'image_id, tag, id',
  pulls_by_day: 'rowid',
  image_pulls_by_hour: 'image_id, hour',
  image_pulls_by_day: 'rowid',
} as const;

/**
 * Deletes a slice of a purged image, from its tags down to its links, in one transaction. The
 * image's own row is deleted last, when nothing else of it is left. Answers whether that is done.
 */
export async function deleteImageSlice(
  db: Database,
  imageId: number,
  deleting: Deleting,
): Promise<boolean> {
  const blobs = await listUnusedBlobs(db, imageId);
  const versions = sql`FROM trash WHERE image_id = ${imageId} AND digest IS NOT NULL`;
  const results = await runBatch(db, [
    sql`
      DELETE FROM tags WHERE (image_id, name) IN (
        SELECT image_id, name FROM tags WHERE image_id = ${imageId} LIMIT ${SLICE})`,
    ...deleteFirstManifests(imageId, deleting),
    sql`
      DELETE FROM image_blobs AS l WHERE l.image_id = ${imageId} AND ${IS_UNUSED_LINK}
        AND l.blob_id IN (SELECT value FROM json_each(${blobs}))`,
    ...deleteBlobsStatements(blobs, deleting),
    ...Object.entries(TABLES).map(([table, key]) => deleteSlice(table, key, imageId)),
    // Not the image's own row in the trash, by which the next slice finds it.
    sql`DELETE FROM trash WHERE id IN (SELECT id ${versions} LIMIT ${SLICE})`,
    sql`
      DELETE FROM images WHERE id = ${imageId}
        AND ${nothingIn(['tags', 'manifests', ...Object.keys(TABLES)], imageId)}
        AND NOT EXISTS (
          SELECT 1 FROM image_blobs AS l WHERE l.image_id = ${imageId} AND ${IS_UNUSED_LINK})
        AND NOT EXISTS (SELECT 1 ${versions})`,
    sql`SELECT 1 FROM images WHERE id = ${imageId}`,
  ]);
  return results.at(-1)?.length === 0;
}

/** Ids, as JSON, of blobs of the image that no manifest names any more. */
async function listUnusedBlobs(db: Database, imageId: number): Promise<string> {
  const links = await db.all<{ id: number }>(sql`
    SELECT l.blob_id AS id FROM image_blobs AS l INDEXED BY image_blobs_unused
      WHERE l.image_id = ${imageId} AND ${IS_UNUSED_LINK}
      ORDER BY l.unused_since LIMIT ${SLICE}`);
  return JSON.stringify(links.map(({ id }) => id));
}

/**
 * Deletes a slice of the references from and to the first manifests, and then those manifests
 * that have no reference left. The whole image is deleted, so its indexes need no child.
 */
function deleteFirstManifests(imageId: number, deleting: Deleting): SQL[] {
  const first = sql`
    SELECT id FROM manifests WHERE image_id = ${imageId} ORDER BY digest LIMIT ${MANIFESTS}`;
  const edges = (table: string, key: string, column: string): SQL => sql`
    DELETE FROM ${sql.raw(table)} WHERE (${sql.raw(key)}) IN (
      SELECT ${sql.raw(key)} FROM ${sql.raw(table)}
        WHERE ${sql.raw(column)} IN (${first}) LIMIT ${SLICE})`;
  const nothingNames = [
    ['tags', 'manifest_id'],
    ['trashed_tags', 'manifest_id'],
    ['manifest_blobs', 'manifest_id'],
    ['manifest_children', 'parent_id'],
    ['manifest_children', 'child_id'],
  ].map(
    ([table, column]) => sql`
      NOT EXISTS (SELECT 1 FROM ${sql.raw(String(table))} AS x
        WHERE x.${sql.raw(String(column))} = manifests.id)`,
  );
  return [
    edges('trashed_tags', 'id', 'manifest_id'),
    edges('manifest_blobs', 'manifest_id, blob_id', 'manifest_id'),
    edges('manifest_children', 'parent_id, child_id', 'parent_id'),
    edges('manifest_children', 'parent_id, child_id', 'child_id'),
    ...deleteManifestsStatements(
      sql`id IN (${first}) AND ${sql.join(nothingNames, sql` AND `)}`,
      deleting,
    ),
  ];
}

function deleteSlice(table: string, key: string, imageId: number): SQL {
  return sql`
    DELETE FROM ${sql.raw(table)} WHERE (${sql.raw(key)}) IN (
      SELECT ${sql.raw(key)} FROM ${sql.raw(table)} WHERE image_id = ${imageId} LIMIT ${SLICE})`;
}

function nothingIn(tables: readonly string[], imageId: number): SQL {
  const conditions = tables.map(
    (table) => sql`NOT EXISTS (SELECT 1 FROM ${sql.raw(table)} WHERE image_id = ${imageId})`,
  );
  return sql.join(conditions, sql` AND `);
}

/** Any image of a workspace, in the trash or not; null: it has none. */
export async function findImageOf(db: Database, workspaceId: number): Promise<number | null> {
  const [row] = await db.all<{ id: number }>(sql`
    SELECT id FROM images WHERE workspace_id = ${workspaceId} LIMIT 1`);
  return row?.id ?? null;
}

/** Deletes a purged workspace if it has no images left; otherwise false. */
export async function deleteEmptyWorkspace(db: Database, workspaceId: number): Promise<boolean> {
  const rows = await db.all(sql`
    DELETE FROM workspaces WHERE id = ${workspaceId}
      AND NOT EXISTS (SELECT 1 FROM images WHERE workspace_id = ${workspaceId}) RETURNING id`);
  return rows.length > 0;
}

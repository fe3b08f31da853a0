import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../domain/digest.ts';
import type { RowId } from './database.ts';

/** Ids of a manifest and of all its children, at any depth. */
const contents = (imageId: RowId, digest: Digest): SQL => sql`
  WITH RECURSIVE content(id) AS (
    SELECT id FROM manifests WHERE image_id = ${imageId} AND digest = ${digest} UNION
    SELECT c.child_id FROM content CROSS JOIN manifest_children AS c ON c.parent_id = content.id)`;

/** Restores blobs of a manifest and its children that clients deleted, if `open`. */
export const showBlobs = (imageId: RowId, digest: Digest, open: SQL): SQL => sql`
  UPDATE image_blobs SET deleted_at = NULL
    WHERE image_id = ${imageId} AND deleted_at IS NOT NULL AND ${open} AND blob_id IN (
      ${contents(imageId, digest)}
      SELECT b.blob_id FROM content CROSS JOIN manifest_blobs AS b ON b.manifest_id = content.id)`;

/** Takes a manifest and its children, at any depth, out of the trash, if `open`. */
export const showManifests = (imageId: RowId, digest: Digest, now: number, open: SQL): SQL => sql`
  UPDATE manifests
    SET deleted_at = NULL, deleted_by = NULL, released_at = NULL,
        unused_since = iif(uses = 0, ${now}, NULL)
    WHERE deleted_at IS NOT NULL AND ${open} AND id IN (
      ${contents(imageId, digest)} SELECT id FROM content)`;

/**
 * The statements that restore what an index lists, after a tag was set on it: while no tag
 * reached it, its children could be deleted.
 */
export function showChildren(imageId: RowId, digest: Digest, now: number): SQL[] {
  return [
    sql`
      UPDATE image_blobs SET deleted_at = NULL
        WHERE image_id = ${imageId} AND deleted_at IS NOT NULL AND blob_id IN (
          ${contents(imageId, digest)}
          SELECT b.blob_id FROM content
              CROSS JOIN manifests AS m ON m.id = content.id AND m.deleted_at IS NOT NULL
              CROSS JOIN manifest_blobs AS b ON b.manifest_id = m.id)`,
    showManifests(imageId, digest, now, sql`1`),
  ];
}

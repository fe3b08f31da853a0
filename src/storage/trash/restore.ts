import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { type Database, runBatch } from '../database.ts';

/** That a row of the trash can still be restored. A purge and a restoration exclude each other. */
const isThere = (trashId: number): SQL => sql`
  EXISTS (SELECT 1 FROM trash WHERE id = ${trashId} AND purged_at IS NULL)`;

/**
 * Takes a workspace out of the trash, under this name; false when it is not there any more.
 * @throws refusal name_taken (see refusalOf)
 */
export async function restoreWorkspace(
  db: Database,
  trashId: number,
  workspaceId: number,
  name: string,
): Promise<boolean> {
  const rows = await db.all(sql`
    UPDATE workspaces SET deleted_at = NULL, deleted_by = NULL, name = ${name}
      WHERE id = ${workspaceId} AND ${isThere(trashId)} RETURNING id`);
  return rows.length > 0;
}

/**
 * Takes an image out of the trash, under this name; false when it is not there any more, or
 * its workspace is in the trash itself.
 * @throws refusal name_taken (see refusalOf)
 */
export async function restoreImage(
  db: Database,
  trashId: number,
  imageId: number,
  name: string,
): Promise<boolean> {
  const rows = await db.all(sql`
    UPDATE images SET deleted_at = NULL, deleted_by = NULL, name = ${name}
      WHERE id = ${imageId} AND ${isThere(trashId)} AND EXISTS (
        SELECT 1 FROM workspaces AS w WHERE w.id = images.workspace_id AND w.deleted_at IS NULL)
      RETURNING id`);
  return rows.length > 0;
}

/** A version in the trash. */
export interface TrashedVersion {
  readonly trashId: number;
  readonly imageId: number;
  readonly digest: Digest;
  /** The tag it had, and the one it is to have; null where it was deleted by digest alone. */
  readonly tag: { readonly trashedTagId: number; readonly name: string } | null;
}

/**
 * Takes a version out of the trash, with all that its manifest names. False when it is not
 * there any more, or its image or workspace is in the trash itself.
 * @throws refusal name_taken (see refusalOf)
 */
export async function restoreVersion(
  db: Database,
  { trashId, imageId, digest, tag }: TrashedVersion,
  by: string,
  now: number,
): Promise<boolean> {
  const open = sql`${isThere(trashId)} AND EXISTS (
    SELECT 1 FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE i.id = ${imageId} AND i.deleted_at IS NULL AND w.deleted_at IS NULL)`;
  const [there = []] = await runBatch(db, [
    sql`SELECT 1 WHERE ${open}`,
    showBlobs(imageId, digest, open),
    // Where there was no tag, this takes the row of the trash away: it comes last.
    restoreManifests(imageId, digest, now, open),
    ...(tag === null ? [] : restoreTag(imageId, tag, { by, now }, open)),
  ]);
  return there.length > 0;
}

/** Ids of a manifest and of all that it lists, at any depth. */
const contents = (imageId: number, digest: Digest): SQL => sql`
  WITH RECURSIVE content(id) AS (
    SELECT id FROM manifests WHERE image_id = ${imageId} AND digest = ${digest} UNION
    SELECT c.child_id FROM content CROSS JOIN manifest_children AS c ON c.parent_id = content.id)`;

/** Blobs that clients deleted while the manifest lay in the trash. */
const showBlobs = (imageId: number, digest: Digest, open: SQL): SQL => sql`
  UPDATE image_blobs SET deleted_at = NULL
    WHERE image_id = ${imageId} AND deleted_at IS NOT NULL AND ${open} AND blob_id IN (
      ${contents(imageId, digest)}
      SELECT b.blob_id FROM content CROSS JOIN manifest_blobs AS b ON b.manifest_id = content.id)`;

const restoreManifests = (imageId: number, digest: Digest, now: number, open: SQL): SQL => sql`
  UPDATE manifests
    SET deleted_at = NULL, deleted_by = NULL, released_at = NULL,
        unused_since = iif(uses = 0, ${now}, NULL)
    WHERE deleted_at IS NOT NULL AND ${open} AND id IN (
      ${contents(imageId, digest)} SELECT id FROM content)`;

/** The tag as it was; only its history tells that it was away. */
function restoreTag(
  imageId: number,
  { trashedTagId, name }: NonNullable<TrashedVersion['tag']>,
  { by, now }: { readonly by: string; readonly now: number },
  open: SQL,
): SQL[] {
  return [
    sql`
      INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by, pulls,
          last_pulled_at)
        SELECT image_id, ${name}, manifest_id, created_at, updated_at, updated_by, pulls,
            last_pulled_at
          FROM trashed_tags WHERE id = ${trashedTagId} AND ${open}`,
    sql`
      UPDATE tag_history SET changed_at = ${now}, changed_by = ${by}
        WHERE ${open} AND image_id = ${imageId} AND tag = ${name} AND id = (
          SELECT max(id) FROM tag_history WHERE image_id = ${imageId} AND tag = ${name})`,
    sql`DELETE FROM trashed_tags WHERE id = ${trashedTagId} AND ${open}`,
  ];
}

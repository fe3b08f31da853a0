import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { restoreAccessories, tagSubject } from '../accessories.ts';
import { IS_RESTORABLE } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';
import { showBlobs, showManifests } from '../restore-contents.ts';

/** The condition that a row of the trash is not purged: a purge and a restore exclude each other. */
const isThere = (trashId: number): SQL => sql`
  EXISTS (SELECT 1 FROM trash AS t WHERE t.id = ${trashId} AND ${IS_RESTORABLE})`;

/**
 * Restores a workspace from the trash under this name; false if it is not there any more.
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
 * Restores an image from the trash under this name; false if it is not there any more, or its
 * workspace is itself in the trash.
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
  /** The trashed tag and the name it is to have; null if only the digest was deleted. */
  readonly tag: { readonly trashedTagId: number; readonly name: string } | null;
}

/**
 * Restores a version from the trash, with all that its manifest names and what was attached to it. False if it is not there
 * any more, or its image or workspace is itself in the trash.
 * @throws refusal name_taken (see refusalOf)
 */
export async function restoreVersion(
  db: Database,
  version: TrashedVersion,
  by: string,
  now: number,
): Promise<boolean> {
  const { trashId, imageId, digest, tag } = version;
  const open = sql`${isThere(trashId)} AND EXISTS (
    SELECT 1 FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE i.id = ${imageId} AND i.deleted_at IS NULL AND w.deleted_at IS NULL)`;
  const [there = []] = await runBatch(db, [
    sql`SELECT 1 WHERE ${open}`,
    showBlobs(imageId, digest, open),
    ...restoreAccessories(imageId, digest, open),
    // Without a tag, this deletes the row in the trash, so nothing may follow that needs it.
    showManifests(imageId, digest, now, open),
    ...(tag === null ? [] : restoreTag(version, tag, { by, now }, open)),
  ]);
  return there.length > 0;
}

/** Restores the tag with its times; only its history records the deletion. */
function restoreTag(
  { imageId, digest }: TrashedVersion,
  { trashedTagId, name }: NonNullable<TrashedVersion['tag']>,
  { by, now }: { readonly by: string; readonly now: number },
  open: SQL,
): SQL[] {
  return [
    sql`
      INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by, subject)
        SELECT image_id, ${name}, manifest_id, created_at, updated_at, updated_by,
            ${tagSubject(imageId, name, digest)}
          FROM trashed_tags WHERE id = ${trashedTagId} AND ${open}`,
    sql`
      UPDATE tag_history SET changed_at = ${now}, changed_by = ${by}
        WHERE ${open} AND image_id = ${imageId} AND tag = ${name} AND id = (
          SELECT max(id) FROM tag_history WHERE image_id = ${imageId} AND tag = ${name})`,
    sql`DELETE FROM trashed_tags WHERE id = ${trashedTagId} AND ${open}`,
  ];
}

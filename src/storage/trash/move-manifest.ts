import { sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { type Database, runBatch } from '../database.ts';
import { listedByLive } from '../reach.ts';
import { moveAccessoriesStatements, moveTagsStatements } from './move-tags.ts';

/** The result of deleting a manifest; `usedBy`: the live index that lists it, so it stays. */
export type ManifestDeletion = 'deleted' | 'unknown' | { readonly usedBy: string };

/**
 * Moves a manifest, the tags that point at it, and what is attached to it to the trash, in one
 * transaction, unless a live index lists it: one that a tag points at, or that belongs to something a tag points at.
 * @throws refusal tag_immutable (see refusalOf)
 */
export async function moveManifestToTrash(
  db: Database,
  imageId: number,
  digest: Digest,
  deletedBy: string,
  now: number,
): Promise<ManifestDeletion> {
  const manifestId = sql`(
    SELECT id FROM manifests WHERE image_id = ${imageId} AND digest = ${digest})`;
  const parent = listedByLive(manifestId);
  // An answer that refuses the deletion leaves all else where it is, too.
  const isDeletedNow = sql`EXISTS (
    SELECT 1 FROM manifests WHERE id = ${manifestId} AND deleted_at = ${now})`;
  const [parents = [], deleted = []] = await runBatch(db, [
    parent,
    sql`
      UPDATE manifests SET deleted_at = ${now}, deleted_by = ${deletedBy}
        WHERE image_id = ${imageId} AND digest = ${digest} AND deleted_at IS NULL
          AND NOT EXISTS (${parent})
        RETURNING digest`,
    ...moveTagsStatements(sql`manifest_id = ${manifestId} AND ${isDeletedNow}`, deletedBy, now),
    ...moveAccessoriesStatements(
      sql`
        SELECT ${manifestId} FROM images
          WHERE id = ${imageId} AND accessories > 0 AND ${isDeletedNow}`,
      deletedBy,
      now,
    ),
  ]);
  if (deleted.length > 0) return 'deleted';
  return parents[0] ? { usedBy: String(parents[0].digest) } : 'unknown';
}

import { sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { type Database, runBatch } from '../database.ts';

/**
 * Marks content as damaged: its bytes are lost or wrong. It is no longer reported to exist, so
 * the next push repairs it. Answers the keys that are newly marked; content that was marked
 * before, or has another object by now, is left out.
 */
export async function markDamaged(
  db: Database,
  keys: readonly string[],
  now: number,
): Promise<string[]> {
  const json = JSON.stringify(keys);
  const rows = await runBatch(db, [
    sql`
      UPDATE blobs SET damaged_at = ${now}
        WHERE key IN (SELECT value FROM json_each(${json})) AND damaged_at IS NULL
        RETURNING key`,
    sql`
      UPDATE manifests SET damaged_at = ${now}
        WHERE content_key IN (SELECT value FROM json_each(${json})) AND damaged_at IS NULL
        RETURNING content_key AS key`,
  ]);
  return rows.flat().map((row) => String(row.key));
}

/** Takes the mark of damage from content whose object was found to be right after all. */
export async function markSound(db: Database, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const json = JSON.stringify(keys);
  await runBatch(db, [
    sql`UPDATE blobs SET damaged_at = NULL WHERE key IN (SELECT value FROM json_each(${json}))`,
    sql`
      UPDATE manifests SET damaged_at = NULL
        WHERE content_key IN (SELECT value FROM json_each(${json}))`,
  ]);
}

/** Content whose bytes are lost or wrong. */
export interface Damage {
  readonly kind: 'blob' | 'manifest';
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly damagedAt: number;
  /** The image of a manifest; 0 for a blob. */
  readonly imageId: number;
  /** Number of images that have it, counted up to 1,000. */
  readonly imageCount: number;
  /** Full names of some of them, without images in the trash. */
  readonly images: readonly string[];
}

/** Position in the list of damages: [damagedAt, digest, imageId]. */
export type DamageKey = readonly [number, string, number];

const MAX_IMAGES = 10;
const MAX_COUNTED = 1000;

/** Damages, oldest first, starting after `after`. */
export async function listDamages(
  db: Database,
  after: DamageKey,
  limit: number,
): Promise<Damage[]> {
  const [at, digest, imageId] = after;
  const position = sql`(${at}, ${digest}, ${imageId})`;
  const rows = await db.all<Omit<Damage, 'images'> & { images: string }>(sql`
    WITH damages AS (
      SELECT * FROM (
        SELECT 'blob' AS kind, digest, size, damaged_at AS damagedAt, 0 AS imageId,
            (SELECT count(*) FROM (SELECT 1 FROM image_blobs
              WHERE blob_id = blobs.id LIMIT ${MAX_COUNTED})) AS imageCount
          FROM blobs WHERE damaged_at >= ${at} AND (damaged_at, digest, 0) > ${position}
          ORDER BY damaged_at, digest LIMIT ${limit})
      UNION ALL
      SELECT * FROM (
        SELECT 'manifest', digest, size, damaged_at, image_id, 1
          FROM manifests WHERE damaged_at >= ${at} AND (damaged_at, digest, image_id) > ${position}
          ORDER BY damaged_at, digest, image_id LIMIT ${limit})
      ORDER BY damagedAt, digest, imageId LIMIT ${limit})
    SELECT d.*, (
        SELECT json_group_array(w.name || '/' || i.name)
          FROM images AS i JOIN workspaces AS w ON w.id = i.workspace_id
          WHERE i.deleted_at IS NULL AND w.deleted_at IS NULL AND i.id IN (
            SELECT d.imageId UNION ALL
            SELECT * FROM (SELECT image_id FROM image_blobs
              WHERE d.kind = 'blob' AND blob_id = (SELECT id FROM blobs WHERE digest = d.digest)
              LIMIT ${MAX_IMAGES}))) AS images
      FROM damages AS d ORDER BY d.damagedAt, d.digest, d.imageId`);
  return rows.map((row) => ({ ...row, images: JSON.parse(row.images) }));
}

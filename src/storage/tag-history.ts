import { sql } from 'drizzle-orm';
import type { Digest } from '../domain/digest.ts';
import type { Tag } from '../domain/names.ts';
import { type Database, runBatch } from './database.ts';
import { putTag } from './tags.ts';

/** A change of a tag. */
export interface TagChange {
  readonly id: number;
  /** What it points at since; null: it was deleted. */
  readonly digest: Digest | null;
  readonly changedAt: number;
  readonly changedBy: string;
  /** Whether the manifest is still there, so that the tag can be pointed at it again. */
  readonly restorable: 0 | 1;
}

/** Changes of a tag, the latest first, before the change `before` (null: from the start). */
export async function listTagChanges(
  db: Database,
  imageId: number,
  tag: Tag,
  before: number | null,
  limit: number,
): Promise<TagChange[]> {
  return await db.all<TagChange>(sql`
    SELECT h.id, h.manifest_digest AS digest, h.changed_at AS changedAt,
        h.changed_by AS changedBy, m.digest IS NOT NULL AS restorable
      FROM (SELECT * FROM tag_history
          WHERE image_id = ${imageId} AND tag = ${tag}
            AND id < ${before ?? Number.MAX_SAFE_INTEGER}
          ORDER BY id DESC LIMIT ${limit}) AS h
        LEFT JOIN manifests AS m ON m.image_id = ${imageId} AND m.digest = h.manifest_digest
          AND m.deleted_at IS NULL
      ORDER BY h.id DESC`);
}

/**
 * Points a tag at a manifest that is there.
 * @param expected what the tag must point at for that to happen, null: anything or nothing
 * @throws refusal foreign_key (no such manifest), manifest_deleted, image_deleted, tag_changed
 */
export async function restoreTag(
  db: Database,
  imageId: number,
  tag: Tag,
  digest: Digest,
  expected: Digest | null,
  change: { readonly by: string; readonly now: number },
): Promise<void> {
  const { by, now } = change;
  const expect = sql`
    INSERT INTO tag_expectations (image_id, name, manifest_digest)
      VALUES (${imageId}, ${tag}, ${expected})`;
  await runBatch(db, [
    ...(expected === null ? [] : [expect]),
    putTag(db, imageId, tag, digest, by, now),
    sql`UPDATE images SET updated_at = ${now} WHERE id = ${imageId}`,
  ]);
}

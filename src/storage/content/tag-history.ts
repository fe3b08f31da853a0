import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Tag } from '../../domain/names.ts';
import { restoreAccessories } from '../accessories.ts';
import { type Database, readBooleans, runBatch, type StoredRow } from '../database.ts';
import { showChildren } from '../restore-contents.ts';
import { putTag } from './tags.ts';

/** A change of a tag. */
export interface TagChange {
  readonly id: number;
  /** What the tag has pointed at from then on; null: it was deleted. */
  readonly digest: Digest | null;
  readonly changedAt: number;
  readonly changedBy: string;
  /** Whether the manifest still exists, so that the tag can be restored to it. */
  readonly restorable: boolean;
}

/** Changes of a tag, latest first, those before the change `before` (null: all). */
export async function listTagChanges(
  db: Database,
  imageId: number,
  tag: Tag,
  before: number | null,
  limit: number,
): Promise<TagChange[]> {
  const rows = await db.all<StoredRow<TagChange>>(sql`
    SELECT h.id, h.manifest_digest AS digest, h.changed_at AS changedAt,
        h.changed_by AS changedBy, m.digest IS NOT NULL AS restorable
      FROM (SELECT * FROM tag_history
          WHERE image_id = ${imageId} AND tag = ${tag}
            AND id < ${before ?? Number.MAX_SAFE_INTEGER}
          ORDER BY id DESC LIMIT ${limit}) AS h
        LEFT JOIN manifests AS m ON m.image_id = ${imageId} AND m.digest = h.manifest_digest
          AND m.deleted_at IS NULL
      ORDER BY h.id DESC`);
  return rows.map((row) => readBooleans(row, ['restorable']));
}

/**
 * Points a tag at a manifest that the image has. What went to the trash
 * with the last tag that reached it comes back: children of an index, and accessories.
 * @param expected what the tag must point at, or nothing is changed; null: anything or nothing
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
    ...showChildren(imageId, digest, now),
    ...restoreAccessories(imageId, digest),
    sql`UPDATE images SET updated_at = ${now} WHERE id = ${imageId}`,
  ]);
}

/** A tag that an image has or had, and its latest change. */
export type PastTag = Omit<TagChange, 'id' | 'restorable'> & { readonly tag: Tag };

/**
 * Tags of an image that begin with a text, deleted ones included, by name, starting after `after`
 * (null: from the start). Steps through the index from tag to tag, so that a long history costs
 * nothing. Names by which accessories are attached are left out unless the text begins like them.
 */
export async function listPastTags(
  db: Database,
  imageId: number,
  beginning: string,
  after: string | null,
  limit: number,
): Promise<PastTag[]> {
  // Every character of a tag sorts before ~.
  const from = sql`SELECT min(tag) FROM tag_history
    WHERE image_id = ${imageId} AND tag < ${`${beginning}~`}`;
  const first = after === null ? sql`tag >= ${beginning}` : sql`tag > ${after}`;
  const isAsked = /^sha(?:256|512)-/.test(beginning);
  const isLeftOut = (tag: SQL) =>
    isAsked ? sql`0` : sql`(${tag} GLOB 'sha256-*' OR ${tag} GLOB 'sha512-*')`;
  const last = sql`iif(${isLeftOut(sql`names.tag`)}, substr(names.tag, 1, 7) || '~', names.tag)`;
  return await db.all<PastTag>(sql`
    WITH RECURSIVE names (tag) AS (
      SELECT * FROM (${from} AND ${first}) WHERE true
      UNION ALL
      SELECT (${from} AND tag > ${last}) FROM names WHERE names.tag IS NOT NULL
      LIMIT ${limit + 2})
    SELECT h.tag, h.manifest_digest AS digest, h.changed_at AS changedAt,
        h.changed_by AS changedBy
      FROM names CROSS JOIN tag_history AS h
        ON h.image_id = ${imageId} AND h.tag = names.tag AND h.id = (
          SELECT max(id) FROM tag_history WHERE image_id = ${imageId} AND tag = names.tag)
      WHERE NOT ${isLeftOut(sql`h.tag`)}
      ORDER BY h.tag LIMIT ${limit}`);
}

import { type SQL, sql } from 'drizzle-orm';
import type { RowId } from '../database.ts';

/** What a push adds to the statement that sets the size. */
export interface SizeOptions {
  /** Other columns of the image to set in the same write, as `, column = value`. */
  readonly also?: SQL;
  /** Condition for adding the blobs; `also` is set in any case. */
  readonly onlyIf?: SQL;
}

/** At most `limit` other images whose manifests name a blob of `f`. */
const otherUsers = (imageId: RowId, limit: number): SQL => sql`
  SELECT o.image_id FROM image_blobs AS o
    WHERE o.blob_id = f.id AND o.image_id <> ${imageId} AND o.uses > 0 LIMIT ${limit}`;

/**
 * The statements that add blobs to the size of an image; they run before its manifest names
 * them. A blob that a manifest of the image names already adds nothing. Triggers subtract a blob when the last
 * manifest that names it goes (migrations/0011).
 * @param digests JSON array
 */
export function addToImageSize(
  imageId: RowId,
  digests: string,
  { also = sql``, onlyIf = sql`1` }: SizeOptions = {},
): SQL[] {
  const unnamed = sql`
    WITH f AS MATERIALIZED (
      SELECT DISTINCT b.id, b.size FROM json_each(${digests}) AS d
          CROSS JOIN blobs AS b ON b.digest = d.value
          CROSS JOIN image_blobs AS l ON l.blob_id = b.id AND l.image_id = ${imageId}
        WHERE ${onlyIf} AND l.uses = 0 AND l.deleted_at IS NULL)`;
  return [
    // A blob that only one other image had is now shared by two.
    sql`
      ${unnamed} UPDATE images SET unshared_size = unshared_size - s.bytes
        FROM (SELECT o.image_id, sum(f.size) AS bytes
            FROM f CROSS JOIN image_blobs AS o
              ON o.blob_id = f.id AND o.image_id <> ${imageId} AND o.uses > 0
                AND o.deleted_at IS NULL
            WHERE (SELECT count(*) FROM (${otherUsers(imageId, 2)})) = 1
            GROUP BY 1) AS s
        WHERE images.id = s.image_id`,
    sql`
      ${unnamed} UPDATE images
        SET size = size + coalesce((SELECT sum(f.size) FROM f), 0),
          unshared_size = unshared_size + coalesce((
            SELECT sum(f.size) FROM f WHERE NOT EXISTS (${otherUsers(imageId, 1)})), 0)
          ${also}
        WHERE id = ${imageId}`,
  ];
}

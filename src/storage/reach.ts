/** What reaches a manifest: a tag that points at it, or at something that it belongs to. */
import { type SQL, sql } from 'drizzle-orm';

/** Whether manifest `s` is the subject of tag `t`. */
export const IS_SUBJECT = sql`s.image_id = t.image_id AND s.digest >= t.subject
  AND s.digest < t.subject || 'g' AND s.deleted_at IS NULL`;

/**
 * `above` (start, id), of a recursive query: manifests, and all that they belong to and that is not
 * in the trash: indexes that list them, and what they are attached to, by their subject or by a tag.
 * @param starts a query of (start, id)
 */
export const above = (starts: SQL): SQL => sql`
  above (start, id) AS (
    ${starts}
    UNION
    SELECT above.start, p.id FROM above CROSS JOIN manifest_children AS c ON c.child_id = above.id
      CROSS JOIN manifests AS p ON p.id = c.parent_id AND p.deleted_at IS NULL
    UNION
    SELECT above.start, s.id FROM above CROSS JOIN manifests AS m ON m.id = above.id
      CROSS JOIN manifests AS s
        ON s.image_id = m.image_id AND s.digest = m.subject_digest AND s.deleted_at IS NULL
    UNION
    SELECT above.start, s.id
      FROM above CROSS JOIN tags AS t ON t.manifest_id = above.id AND t.subject IS NOT NULL
        CROSS JOIN manifests AS s ON ${IS_SUBJECT})`;

/**
 * The digest of a live index that lists a manifest, if there is one. An index is live if a tag
 * reaches it, that of an accessory included. One that a tag has moved on from, or that is in the
 * trash, is not.
 * @param manifestId an expression
 */
export const listedByLive = (manifestId: SQL): SQL => sql`
  WITH RECURSIVE ${above(sql`
    SELECT p.id, p.id
      FROM manifest_children AS c CROSS JOIN manifests AS p ON p.id = c.parent_id
      WHERE c.child_id = ${manifestId} AND p.deleted_at IS NULL`)}
  SELECT m.digest FROM above CROSS JOIN manifests AS m ON m.id = above.start
    WHERE EXISTS (SELECT 1 FROM tags WHERE manifest_id = above.id) LIMIT 1`;

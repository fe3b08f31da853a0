/** What is live: a tag points at it, or it belongs to something that is live. */
import { type SQL, sql } from 'drizzle-orm';

/**
 * The digest of a live index that lists a manifest, if there is one. An index is live if a tag
 * points at it, if a live index lists it, or if it is attached to a live manifest. One that a tag
 * has moved on from, or that is in the trash, is not.
 * @param manifestId an expression
 */
export const listedByLive = (manifestId: SQL): SQL => sql`
  WITH RECURSIVE above (lister, id) AS (
    SELECT c.parent_id, c.parent_id
      FROM manifest_children AS c CROSS JOIN manifests AS m ON m.id = c.parent_id
      WHERE c.child_id = ${manifestId} AND m.deleted_at IS NULL
    UNION
    SELECT above.lister, c.parent_id
      FROM above CROSS JOIN manifest_children AS c ON c.child_id = above.id
        CROSS JOIN manifests AS m ON m.id = c.parent_id
      WHERE m.deleted_at IS NULL
    UNION
    SELECT above.lister, s.id
      FROM above CROSS JOIN manifests AS m ON m.id = above.id
        CROSS JOIN manifests AS s ON s.image_id = m.image_id AND s.digest = m.subject_digest
      WHERE s.deleted_at IS NULL)
  SELECT m.digest FROM above CROSS JOIN manifests AS m ON m.id = above.lister
    WHERE EXISTS (SELECT 1 FROM tags WHERE manifest_id = above.id) LIMIT 1`;

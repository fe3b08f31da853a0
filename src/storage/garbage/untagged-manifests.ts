import { sql } from 'drizzle-orm';
import { type CollectionTimes, IS_UNTAGGED, isUntaggedExpired } from '../collectable.ts';
import type { Database } from '../database.ts';

/**
 * Workspaces that have untagged manifests past the days they are kept, by id, starting after
 * `after`; and the last workspace looked at, null at the end. Reads a few rows for each
 * workspace that has untagged manifests at all.
 */
export async function listWorkspacesWithDue(
  db: Database,
  after: number,
  times: CollectionTimes,
  limit: number,
): Promise<{ readonly due: number[]; readonly last: number | null }> {
  const rows = await db.all<{ id: number; due: 0 | 1 }>(sql`
    WITH RECURSIVE place(id) AS (
      SELECT min(m.workspace_id) FROM manifests AS m INDEXED BY manifests_untagged
        WHERE ${IS_UNTAGGED} AND m.workspace_id > ${after}
      UNION ALL
      SELECT (SELECT min(m.workspace_id) FROM manifests AS m INDEXED BY manifests_untagged
          WHERE ${IS_UNTAGGED} AND m.workspace_id > place.id)
        FROM place WHERE place.id IS NOT NULL
      LIMIT ${limit})
    SELECT w.id, w.untagged_days IS NOT NULL AND EXISTS (
        SELECT 1 FROM manifests AS m INDEXED BY manifests_untagged
            CROSS JOIN images AS i ON i.id = m.image_id
          WHERE ${isUntaggedExpired(times)} AND m.workspace_id = w.id) AS due
      FROM place CROSS JOIN workspaces AS w ON w.id = place.id ORDER BY w.id`);
  const due = rows.filter((row) => row.due === 1).map((row) => row.id);
  return { due, last: rows.at(-1)?.id ?? null };
}

/**
 * Releases a slice of a workspace's manifests that have had no tag for longer than its policy
 * keeps them; answers how many. Those of images in the trash stay: they are restored whole.
 */
export async function releaseUntagged(
  db: Database,
  workspaceId: number,
  times: CollectionTimes,
  limit: number,
): Promise<number> {
  const rows = await db.all(sql`
    UPDATE manifests SET released_at = ${times.now}
      WHERE id IN (
        SELECT m.id FROM workspaces AS w
            CROSS JOIN manifests AS m INDEXED BY manifests_untagged ON m.workspace_id = w.id
            CROSS JOIN images AS i ON i.id = m.image_id
          WHERE w.id = ${workspaceId} AND ${isUntaggedExpired(times)}
          LIMIT ${limit})
      RETURNING id`);
  return rows.length;
}

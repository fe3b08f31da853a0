import { sql } from 'drizzle-orm';
import { IS_UNTAGGED, isUntaggedExpired } from '../collectable.ts';
import type { Database, StoredRow } from '../database.ts';

/**
 * Workspaces with untagged manifests that are past the days for which they are kept, by id,
 * starting after `after`; and the last workspace checked, null at the end. Reads a few rows for
 * each workspace that has untagged manifests.
 */
export async function listWorkspacesWithDue(
  db: Database,
  after: number,
  now: number,
  limit: number,
): Promise<{ readonly due: number[]; readonly last: number | null }> {
  const rows = await db.all<StoredRow<{ id: number; due: boolean }>>(sql`
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
          WHERE ${isUntaggedExpired(now)} AND m.workspace_id = w.id) AS due
      FROM place CROSS JOIN workspaces AS w ON w.id = place.id ORDER BY w.id`);
  const due = rows.filter((row) => row.due === 1).map((row) => row.id);
  return { due, last: rows.at(-1)?.id ?? null };
}

/**
 * Releases a slice of a workspace's manifests that have had no tag for longer than its policy
 * keeps them; answers how many. Images in the trash are left alone, so that they can be restored
 * whole.
 */
export async function releaseUntagged(
  db: Database,
  workspaceId: number,
  now: number,
  limit: number,
): Promise<number> {
  const rows = await db.all(sql`
    UPDATE manifests SET released_at = ${now}
      WHERE uses = 0 AND released_at IS NULL AND id IN (
        SELECT m.id FROM workspaces AS w
            CROSS JOIN manifests AS m INDEXED BY manifests_untagged ON m.workspace_id = w.id
            CROSS JOIN images AS i ON i.id = m.image_id
          WHERE w.id = ${workspaceId} AND ${isUntaggedExpired(now)}
          LIMIT ${limit})
      RETURNING id`);
  return rows.length;
}

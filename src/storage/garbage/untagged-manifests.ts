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

/** A manifest that has had no tag for longer than the policy of its workspace keeps it. */
export interface UntaggedManifest {
  readonly id: number;
  readonly imageId: number;
  readonly unusedSince: number;
}

/** Where a walk through untagged manifests continues: after [unusedSince, id]. */
export type UntaggedKey = readonly [number, number];

/** Such manifests of a workspace, those unused longest first, starting after `after`. */
export async function listUntagged(
  db: Database,
  workspaceId: number,
  times: CollectionTimes,
  [unusedSince, id]: UntaggedKey,
  limit: number,
): Promise<UntaggedManifest[]> {
  return await db.all<UntaggedManifest>(sql`
    SELECT m.id, m.image_id AS imageId, m.unused_since AS unusedSince FROM workspaces AS w
        CROSS JOIN manifests AS m INDEXED BY manifests_untagged ON m.workspace_id = w.id
        CROSS JOIN images AS i ON i.id = m.image_id
      WHERE w.id = ${workspaceId} AND ${isUntaggedExpired(times)}
        AND (m.unused_since, m.id) > (${unusedSince}, ${id})
      ORDER BY m.unused_since, m.id LIMIT ${limit}`);
}

/**
 * Releases those of these manifests that no one has used meanwhile. Those of images in the trash
 * stay: they are restored whole.
 */
export async function releaseUntagged(
  db: Database,
  manifests: readonly UntaggedManifest[],
  times: CollectionTimes,
  now: number,
): Promise<void> {
  const ids = JSON.stringify(manifests.map(({ id }) => id));
  await db.run(sql`
    UPDATE manifests SET released_at = ${now}, released_by_age = 1
      WHERE id IN (
        SELECT m.id FROM json_each(${ids}) AS n CROSS JOIN manifests AS m ON m.id = n.value
            CROSS JOIN images AS i ON i.id = m.image_id
            CROSS JOIN workspaces AS w ON w.id = m.workspace_id
          WHERE ${isUntaggedExpired(times)})`);
}

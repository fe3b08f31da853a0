import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Manifests that have no tag, and that nothing else uses; as the index of them has it. */
const UNTAGGED = sql`m.uses = 0 AND m.released_at IS NULL AND m.deleted_at IS NULL`;

/**
 * Workspaces that have manifests without a tag past the days they are kept, by id, behind
 * `after`; and the last workspace looked at, null at the end. Reads a few rows for each
 * workspace that has any without a tag.
 */
export async function listWorkspacesWithDue(
  db: Database,
  after: number,
  now: number,
  limit: number,
): Promise<{ readonly due: number[]; readonly last: number | null }> {
  const rows = await db.all<{ id: number; due: 0 | 1 }>(sql`
    WITH RECURSIVE place(id) AS (
      SELECT min(m.workspace_id) FROM manifests AS m INDEXED BY manifests_untagged
        WHERE ${UNTAGGED} AND m.workspace_id > ${after}
      UNION ALL
      SELECT (SELECT min(m.workspace_id) FROM manifests AS m INDEXED BY manifests_untagged
          WHERE ${UNTAGGED} AND m.workspace_id > place.id)
        FROM place WHERE place.id IS NOT NULL
      LIMIT ${limit})
    SELECT w.id, w.deleted_at IS NULL AND w.untagged_days IS NOT NULL AND EXISTS (
        SELECT 1 FROM manifests AS m INDEXED BY manifests_untagged
          WHERE ${UNTAGGED} AND m.workspace_id = w.id
            AND m.unused_since < ${now} - w.untagged_days * ${DAY}) AS due
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
  now: number,
  limit: number,
): Promise<number> {
  const rows = await db.all(sql`
    UPDATE manifests SET released_at = ${now}
      WHERE uses = 0 AND released_at IS NULL AND (image_id, digest) IN (
        SELECT m.image_id, m.digest
          FROM workspaces AS w CROSS JOIN manifests AS m INDEXED BY manifests_untagged
              ON m.workspace_id = w.id
            JOIN images AS i ON i.id = m.image_id AND i.deleted_at IS NULL
          WHERE w.id = ${workspaceId} AND w.deleted_at IS NULL AND ${UNTAGGED}
            AND m.unused_since < ${now} - w.untagged_days * ${DAY}
          LIMIT ${limit})
      RETURNING digest`);
  return rows.length;
}

import { type SQL, sql } from 'drizzle-orm';
import type { Kept } from '../../domain/runs.ts';
import { type Database, runBatch } from '../database.ts';

/** Rows of each sort that a survey counts at most. */
const MOST = 10_000;
const DAY = 24 * 60 * 60 * 1000;

/**
 * What nothing uses at a time in a workspace (null: on the platform) and is kept all the same, by why:
 * with sizes as declared, so what two of them share counts for both.
 */
export async function surveyKept(
  db: Database,
  workspaceId: number | null,
  now: number,
  gracePeriod: number,
): Promise<Kept[]> {
  const reasons = ['in-trash', 'untagged-policy', 'grace-period'] as const;
  const results = await runBatch(db, [
    sum(inTrash(workspaceId)),
    sum(untagged(workspaceId, now)),
    sum(unused(workspaceId, now - gracePeriod)),
  ]);
  return reasons.flatMap((reason, n) => {
    const [row] = results[n] ?? [];
    const count = Number(row?.count ?? 0);
    return count === 0 ? [] : [{ reason, count, bytes: Number(row?.bytes ?? 0) }];
  });
}

const sum = (rows: SQL): SQL => sql`
  SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM (${rows} LIMIT ${MOST})`;

const place = (column: SQL, workspaceId: number | null): SQL =>
  workspaceId === null ? sql`1` : sql`${column} = ${workspaceId}`;

const inTrash = (workspaceId: number | null): SQL => sql`
  SELECT CASE t.kind WHEN 'workspace' THEN w.size WHEN 'image' THEN i.size
      ELSE m.content_size END AS bytes
    FROM trash AS t CROSS JOIN workspaces AS w ON w.id = t.workspace_id
      LEFT JOIN images AS i ON i.id = t.image_id
      LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest
    WHERE t.purged_at IS NULL AND ${place(sql`t.workspace_id`, workspaceId)}`;

const untagged = (workspaceId: number | null, now: number): SQL => sql`
  SELECT m.content_size AS bytes FROM manifests AS m INDEXED BY manifests_untagged
      CROSS JOIN workspaces AS w ON w.id = m.workspace_id
    WHERE m.uses = 0 AND m.released_at IS NULL AND m.deleted_at IS NULL
      AND ${place(sql`m.workspace_id`, workspaceId)}
      AND (w.untagged_days IS NULL OR m.unused_since >= ${now} - w.untagged_days * ${DAY})`;

const unused = (workspaceId: number | null, since: number): SQL => sql`
  SELECT b.size AS bytes FROM image_blobs AS l INDEXED BY image_blobs_unused
      CROSS JOIN blobs AS b ON b.digest = l.digest
      CROSS JOIN images AS i ON i.id = l.image_id AND i.deleted_at IS NULL
    WHERE l.uses = 0 AND l.unused_since >= ${since} AND ${place(sql`i.workspace_id`, workspaceId)}`;

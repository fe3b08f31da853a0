import { type SQL, sql } from 'drizzle-orm';
import type { KeptSummary } from '../../domain/runs.ts';
import { inWorkspace, isUntaggedKept, isUnusedLinkKept } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';

/** Rows counted at most for each reason. */
const MAX_ROWS = 10_000;

/**
 * Unused content that a collection keeps, grouped by reason. Sizes are as declared, so what two
 * manifests share counts for both.
 * @param workspaceId null: of the whole platform
 */
export async function summarizeKept(
  db: Database,
  workspaceId: number | null,
  now: number,
  gracePeriod: number,
): Promise<KeptSummary[]> {
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
  SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM (${rows} LIMIT ${MAX_ROWS})`;

const inTrash = (workspaceId: number | null): SQL => sql`
  SELECT CASE t.kind WHEN 'workspace' THEN w.size WHEN 'image' THEN i.size
      ELSE m.content_size END AS bytes
    FROM trash AS t CROSS JOIN workspaces AS w ON w.id = t.workspace_id
      LEFT JOIN images AS i ON i.id = t.image_id
      LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest
    WHERE t.purged_at IS NULL AND ${inWorkspace(sql`t.workspace_id`, workspaceId)}`;

const untagged = (workspaceId: number | null, now: number): SQL => sql`
  SELECT m.content_size AS bytes FROM manifests AS m INDEXED BY manifests_untagged
      CROSS JOIN workspaces AS w ON w.id = m.workspace_id
    WHERE ${isUntaggedKept(now)} AND ${inWorkspace(sql`m.workspace_id`, workspaceId)}`;

const unused = (workspaceId: number | null, since: number): SQL => sql`
  SELECT b.size AS bytes FROM image_blobs AS l INDEXED BY image_blobs_unused
      CROSS JOIN blobs AS b ON b.id = l.blob_id CROSS JOIN images AS i ON i.id = l.image_id
    WHERE ${isUnusedLinkKept(since)} AND ${inWorkspace(sql`i.workspace_id`, workspaceId)}`;

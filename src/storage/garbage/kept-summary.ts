import { type SQL, sql } from 'drizzle-orm';
import type { KeptSummary } from '../../domain/runs.ts';
import {
  type CollectionTimes,
  inWorkspace,
  isReleasedKept,
  isTrashKept,
  isUntaggedInGrace,
  isUntaggedKept,
  isUnusedLinkKept,
} from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';

/** Rows counted at most for each reason. */
const MAX_ROWS = 10_000;

/**
 * Unused content that a collection keeps, grouped by reason; what is part of something in the
 * trash counts with that only. Sizes are as declared, so what two manifests share counts for both.
 * @param workspaceId null: of the whole platform
 */
export async function summarizeKept(
  db: Database,
  workspaceId: number | null,
  times: CollectionTimes,
): Promise<KeptSummary[]> {
  const reasons = ['in-trash', 'untagged-policy', 'grace-period'] as const;
  const results = await runBatch(db, [
    sum(inTrash(workspaceId, times)),
    sum(manifests(workspaceId, sql`manifests_untagged`, isUntaggedKept(times))),
    sum(inGrace(workspaceId, times)),
  ]);
  return reasons.flatMap((reason, n) => {
    const [row] = results[n] ?? [];
    const count = Number(row?.count ?? 0);
    return count === 0 ? [] : [{ reason, count, bytes: Number(row?.bytes ?? 0) }];
  });
}

const sum = (rows: SQL): SQL => sql`
  SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM (${rows} LIMIT ${MAX_ROWS})`;

const inTrash = (workspaceId: number | null, times: CollectionTimes): SQL => sql`
  SELECT CASE t.kind WHEN 'workspace' THEN w.size WHEN 'image' THEN i.size
      ELSE m.content_size END AS bytes
    FROM trash AS t CROSS JOIN workspaces AS w ON w.id = t.workspace_id
      LEFT JOIN images AS i ON i.id = t.image_id
      LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest
    WHERE ${isTrashKept(times)} AND ${inWorkspace(sql`t.workspace_id`, workspaceId)}`;

const inGrace = (workspaceId: number | null, times: CollectionTimes): SQL => sql`
  SELECT b.size AS bytes FROM image_blobs AS l INDEXED BY image_blobs_unused
      CROSS JOIN blobs AS b ON b.id = l.blob_id CROSS JOIN images AS i ON i.id = l.image_id
      CROSS JOIN workspaces AS w ON w.id = i.workspace_id
    WHERE ${isUnusedLinkKept(times)} AND ${inWorkspace(sql`w.id`, workspaceId)}
  UNION ALL ${manifests(workspaceId, sql`manifests_released`, isReleasedKept(times))}
  UNION ALL ${manifests(workspaceId, sql`manifests_untagged`, isUntaggedInGrace(times))}`;

const manifests = (workspaceId: number | null, index: SQL, isKept: SQL): SQL => sql`
  SELECT m.content_size AS bytes FROM manifests AS m INDEXED BY ${index}
      CROSS JOIN images AS i ON i.id = m.image_id
      CROSS JOIN workspaces AS w ON w.id = m.workspace_id
    WHERE ${isKept} AND ${inWorkspace(sql`m.workspace_id`, workspaceId)}`;

import { sql } from 'drizzle-orm';
import type { TrashKind } from '../../domain/trash.ts';
import { type CollectionTimes, IS_PURGED, inWorkspace, isTrashExpired } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';

/**
 * Marks a slice of the expired trash as purged: it can no longer be restored. Answers how many.
 * @param workspaceId null: of every workspace
 */
export async function markExpiredPurged(
  db: Database,
  workspaceId: number | null,
  kind: TrashKind,
  times: CollectionTimes,
  now: number,
  limit: number,
): Promise<number> {
  const rows = await db.all(sql`
    UPDATE trash SET purged_at = ${now} WHERE id IN (
      SELECT t.id FROM trash AS t
        WHERE ${inWorkspace(sql`t.workspace_id`, workspaceId)} AND t.kind = ${kind}
          AND ${isTrashExpired(times)}
        ORDER BY t.deleted_at LIMIT ${limit})
      RETURNING id`);
  return rows.length;
}

/** Something that is purged. */
export interface Purged {
  /** Of its row in the trash. */
  readonly id: number;
  readonly workspaceId: number;
  readonly imageId: number | null;
  readonly digest: string | null;
  readonly trashedTagId: number | null;
}

/** What is purged and not deleted yet, of these kinds, starting after a row of the trash. */
export async function listPurged(
  db: Database,
  workspaceId: number | null,
  kinds: readonly TrashKind[],
  after: number,
  limit: number,
): Promise<Purged[]> {
  return await db.all<Purged>(sql`
    SELECT t.id, t.workspace_id AS workspaceId, t.image_id AS imageId, t.digest,
        t.trashed_tag_id AS trashedTagId
      FROM trash AS t INDEXED BY trash_purged
      WHERE ${IS_PURGED} AND ${inWorkspace(sql`t.workspace_id`, workspaceId)} AND t.id > ${after}
        AND t.kind IN (SELECT value FROM json_each(${JSON.stringify(kinds)}))
      ORDER BY t.id LIMIT ${limit}`);
}

/** Deletes purged versions. Their manifests are released: they go once nothing else needs them. */
export async function deletePurgedVersions(
  db: Database,
  versions: readonly Purged[],
  now: number,
): Promise<void> {
  const json = JSON.stringify(versions);
  await runBatch(db, [
    sql`
      UPDATE manifests SET released_at = ${now}, released_by_age = 0 WHERE (image_id, digest) IN (
        SELECT value ->> 'imageId', value ->> 'digest' FROM json_each(${json}))`,
    sql`
      DELETE FROM trashed_tags WHERE id IN (
        SELECT value ->> 'trashedTagId' FROM json_each(${json}))`,
    sql`DELETE FROM trash WHERE id IN (SELECT value ->> 'id' FROM json_each(${json}))`,
  ]);
}

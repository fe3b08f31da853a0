import { sql } from 'drizzle-orm';
import type { TrashKind } from '../../domain/trash.ts';
import { IS_PURGED, inWorkspace, isTrashExpired } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';

/** Which part of the trash leaves it for good. */
export interface ExpiredTrash {
  /** Null: of every workspace. */
  readonly workspaceId: number | null;
  readonly kind: TrashKind;
  /** What was deleted before this, ms. */
  readonly before: number;
}

/** Marks a slice of the trash as purged: it can no longer be restored. Answers how many. */
export async function purgeExpired(
  db: Database,
  { workspaceId, kind, before }: ExpiredTrash,
  now: number,
  limit: number,
): Promise<number> {
  const rows = await db.all(sql`
    UPDATE trash SET purged_at = ${now} WHERE id IN (
      SELECT t.id FROM trash AS t
        WHERE ${inWorkspace(sql`t.workspace_id`, workspaceId)} AND t.kind = ${kind}
          AND ${isTrashExpired(before)}
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
      UPDATE manifests SET released_at = ${now} WHERE (image_id, digest) IN (
        SELECT value ->> 'imageId', value ->> 'digest' FROM json_each(${json}))`,
    sql`
      DELETE FROM trashed_tags WHERE id IN (
        SELECT value ->> 'trashedTagId' FROM json_each(${json}))`,
    sql`DELETE FROM trash WHERE id IN (SELECT value ->> 'id' FROM json_each(${json}))`,
  ]);
}

import { type SQL, sql } from 'drizzle-orm';
import type { TrashKind } from '../../domain/trash.ts';
import { type Database, runBatch } from '../database.ts';

/** Which part of the trash leaves it for good. */
export interface Purge {
  /** Null: of every workspace. */
  readonly workspaceId: number | null;
  readonly kind: TrashKind;
  /** What was deleted before this, ms. */
  readonly before: number;
}

/** Marks a slice of the trash as purged: from then on it cannot be restored. Answers how many. */
export async function expireTrash(
  db: Database,
  { workspaceId, kind, before }: Purge,
  now: number,
  limit: number,
): Promise<number> {
  const place: SQL = workspaceId === null ? sql`1` : sql`workspace_id = ${workspaceId}`;
  const rows = await db.all(sql`
    UPDATE trash SET purged_at = ${now} WHERE id IN (
      SELECT id FROM trash
        WHERE ${place} AND kind = ${kind} AND deleted_at < ${before} AND purged_at IS NULL
        ORDER BY deleted_at LIMIT ${limit})
      RETURNING id`);
  return rows.length;
}

/** Something purged. */
export interface Purged {
  /** Of its row in the trash. */
  readonly id: number;
  readonly workspaceId: number;
  readonly imageId: number | null;
  readonly digest: string | null;
  readonly trashedTagId: number | null;
}

/** What is purged and still there, of these kinds, behind a row of the trash. */
export async function listPurged(
  db: Database,
  workspaceId: number | null,
  kinds: readonly TrashKind[],
  after: number,
  limit: number,
): Promise<Purged[]> {
  const place = workspaceId === null ? sql`1` : sql`workspace_id = ${workspaceId}`;
  return await db.all<Purged>(sql`
    SELECT id, workspace_id AS workspaceId, image_id AS imageId, digest,
        trashed_tag_id AS trashedTagId
      FROM trash INDEXED BY trash_purged
      WHERE purged_at IS NOT NULL AND ${place} AND id > ${after}
        AND kind IN (SELECT value FROM json_each(${JSON.stringify(kinds)}))
      ORDER BY id LIMIT ${limit}`);
}

/**
 * Takes purged versions out of the trash. Their manifests are released: they go once nothing
 * else needs them.
 */
export async function purgeVersions(
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

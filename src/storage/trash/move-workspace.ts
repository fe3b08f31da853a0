import { sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';

/** A workspace that was moved to the trash, and what it contains. */
export interface MovedWorkspace {
  /** Id of its row in the trash. */
  readonly trashId: number;
  readonly images: number;
  /** Bytes. */
  readonly size: number;
}

/**
 * Moves a workspace with everything in it to the trash; null if it is there already. Only its own
 * row changes, because whatever reads images reads their workspace as well.
 * @throws refusal tag_immutable while it has immutable versions (see refusalOf)
 */
export async function moveWorkspaceToTrash(
  db: Database,
  id: number,
  deletedBy: string,
  now: number,
): Promise<MovedWorkspace | null> {
  const [moved = [], trash = []] = await runBatch(db, [
    sql`
      UPDATE workspaces SET deleted_at = ${now}, deleted_by = ${deletedBy}
        WHERE id = ${id} AND deleted_at IS NULL RETURNING image_count AS images, size`,
    sql`SELECT id FROM trash WHERE workspace_id = ${id} AND kind = 'workspace'`,
  ]);
  const [[workspace], [row]] = [moved, trash];
  if (!workspace || !row) return null;
  const { images, size } = workspace;
  return { trashId: Number(row.id), images: Number(images), size: Number(size) };
}

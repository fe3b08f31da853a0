import { sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';

/** An image by workspace and name. */
export interface ImageName {
  readonly workspace: string;
  readonly image: string;
}

/** The trash id of an image that was moved there, or why it was not moved. */
export type ImageDeletion =
  | number
  | 'unknown'
  | { readonly immutable: { readonly imageId: number } };

/** Moves images to the trash, each with its result; those with an immutable tag stay. */
export async function moveImagesToTrash(
  db: Database,
  names: readonly ImageName[],
  deletedBy: string,
  now: number,
): Promise<ImageDeletion[]> {
  const isProtected = sql`EXISTS (SELECT 1 FROM immutable_versions WHERE image_id = images.id)`;
  const rows = await runBatch(
    db,
    names.flatMap(({ workspace, image }) => {
      const inWorkspace = sql`workspace_id = (
        SELECT id FROM workspaces WHERE name = ${workspace} AND deleted_at IS NULL)`;
      const named = sql`
        name = ${image} AND deleted_at IS NULL AND published_at IS NOT NULL AND ${inWorkspace}`;
      return [
        sql`
          UPDATE images SET deleted_at = ${now}, deleted_by = ${deletedBy}
            WHERE ${named} AND NOT ${isProtected} RETURNING id`,
        sql`SELECT id FROM images WHERE ${named}`,
        sql`
          SELECT id, image_id AS imageId FROM trash
            WHERE ${inWorkspace} AND kind = 'image' AND deleted_at = ${now}`,
      ];
    }),
  );
  return names.map((_, n) => {
    const [moved = [], stayed = [], trash = []] = rows.slice(3 * n, 3 * n + 3);
    const row = trash.find(({ imageId }) => imageId === moved[0]?.id);
    if (row) return Number(row.id);
    const [image] = stayed;
    return image ? { immutable: { imageId: Number(image.id) } } : 'unknown';
  });
}

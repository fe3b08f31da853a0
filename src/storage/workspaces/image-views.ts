import { sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';
import { findTrashedImages } from '../trash/trash.ts';

/** Everything that is shown of an image. */
export interface ImageView {
  readonly description: string;
  /** Counts the changes of the description. */
  readonly revision: number;
  readonly versions: number;
  /** Bytes of all its content, each blob once; and of what no other image has. */
  readonly size: number;
  readonly unsharedSize: number;
  readonly pulls: number;
  readonly createdAt: number;
  /** When content was last pushed to it. */
  readonly updatedAt: number;
}

const VIEW = sql`description, description_revision AS revision, versions, size,
  unshared_size AS unsharedSize, pulls, created_at AS createdAt, updated_at AS updatedAt`;

/** An image by id; null when it is in the trash. */
export async function viewImage(db: Database, id: number): Promise<ImageView | null> {
  const [row] = await db.all<ImageView>(sql`
    SELECT ${VIEW} FROM images WHERE id = ${id} AND deleted_at IS NULL`);
  return row ?? null;
}

/**
 * Sets an image's description; null when its revision is not `revision` any more (null: takes
 * any), or the image went to the trash.
 */
export async function setDescription(
  db: Database,
  id: number,
  description: string,
  revision: number | null,
): Promise<ImageView | null> {
  const [row] = await db.all<ImageView>(sql`
    UPDATE images
      SET description = ${description}, description_revision = description_revision + 1
      WHERE id = ${id} AND deleted_at IS NULL
        AND (${revision} IS NULL OR description_revision = ${revision})
      RETURNING ${VIEW}`);
  return row ?? null;
}

/** An image by workspace and name. */
export interface ImageName {
  readonly workspace: string;
  readonly image: string;
}

/** What came of deleting an image: its row in the trash, or why it is not there. */
export type ImageRemoval = number | 'unknown' | 'immutable';

/** Moves images to the trash, but for those that have an immutable tag. */
export async function trashImages(
  db: Database,
  names: readonly ImageName[],
  deletedBy: string,
  now: number,
): Promise<ImageRemoval[]> {
  // Only where there are patterns the tags are looked at: of images without any they are many.
  const isProtected = sql`EXISTS (
    SELECT 1 FROM workspaces AS w
      WHERE w.id = images.workspace_id AND json_array_length(w.retention, '$.immutableTags') > 0
        AND EXISTS (SELECT 1 FROM immutable_tags WHERE image_id = images.id))`;
  const rows = await runBatch(
    db,
    names.flatMap(({ workspace, image }) => {
      const named = sql`name = ${image} AND deleted_at IS NULL AND published_at IS NOT NULL
        AND workspace_id = (SELECT id FROM workspaces WHERE name = ${workspace} AND deleted_at IS NULL)`;
      return [
        sql`UPDATE images SET deleted_at = ${now}, deleted_by = ${deletedBy}
          WHERE ${named} AND NOT ${isProtected} RETURNING id`,
        sql`SELECT id FROM images WHERE ${named}`,
      ];
    }),
  );
  const ids = names.map((_, n) => rows[2 * n]?.map((row) => Number(row.id))[0]);
  const gone = ids.filter((id) => id !== undefined);
  const found = gone.length > 0 ? await findTrashedImages(db, gone) : new Map<number, number>();
  return ids.map((id, n) => {
    if (id !== undefined) return found.get(id) ?? 0;
    return rows[2 * n + 1]?.length ? 'immutable' : 'unknown';
  });
}

/** Pulls of an image by day (days since 1970, UTC), from a day on; days without are left out. */
export async function listPullDays(
  db: Database,
  id: number,
  from: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.all<{ day: number; pulls: number }>(sql`
    SELECT day, pulls FROM image_pulls_by_day WHERE image_id = ${id} AND day >= ${from}`);
  return new Map(rows.map(({ day, pulls }) => [day, pulls]));
}

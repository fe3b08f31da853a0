import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

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

import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';

/** An image as its page shows it. */
export interface ImageView {
  readonly description: string;
  /** Number of changes of the description. */
  readonly revision: number;
  readonly versions: number;
  readonly accessories: number;
  /** Bytes of all its blobs, each once, and of those that no other image has. */
  readonly size: number;
  readonly unsharedSize: number;
  readonly pulls: number;
  readonly createdAt: number;
  /** When content was last pushed to it. */
  readonly updatedAt: number;
}

const VIEW = sql`description, description_revision AS revision, versions, accessories, size,
  unshared_size AS unsharedSize, pulls, created_at AS createdAt, updated_at AS updatedAt`;

/** An image by id; null if it is in the trash. */
export async function viewImage(db: Database, id: number): Promise<ImageView | null> {
  const [row] = await db.all<ImageView>(sql`
    SELECT ${VIEW} FROM images WHERE id = ${id} AND deleted_at IS NULL`);
  return row ?? null;
}

/**
 * Sets an image's description; null if its revision is no longer `revision` (null: any revision),
 * or the image is in the trash.
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

/** Pulls of an image by day (days since 1970, UTC) since a day; days without pulls are left out. */
export async function listPullDays(
  db: Database,
  id: number,
  from: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db.all<{ day: number; pulls: number }>(sql`
    SELECT day, sum(pulls) AS pulls FROM (
      SELECT day, pulls FROM image_pulls_by_day WHERE image_id = ${id} AND day >= ${from}
      UNION ALL
      SELECT hour / 24, pulls FROM image_pulls_by_hour
        WHERE image_id = ${id} AND hour >= ${from * 24}) GROUP BY 1`);
  return new Map(rows.map(({ day, pulls }) => [day, pulls]));
}

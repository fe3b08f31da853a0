import { sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import type { ImageFilter, ImageSort, ListedImage } from './image-filters.ts';
import { listImages } from './image-lists.ts';

/** How many there are of everything that is not in the trash. */
export interface PlatformCounts {
  readonly departments: number;
  readonly projects: number;
  readonly users: number;
  readonly workspaces: number;
  readonly images: number;
  readonly versions: number;
  /** Bytes of the images as each of them shows it: what two share counts for both. */
  readonly imageBytes: number;
}

/** Counts from the counters of the workspaces: reads a row of each, and none of what is in them. */
export async function countPlatform(db: Database): Promise<PlatformCounts> {
  const [row] = await db.all<PlatformCounts>(sql`
    SELECT (SELECT count(*) FROM departments) AS departments,
        (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM users) AS users,
        count(*) AS workspaces, coalesce(sum(image_count), 0) AS images,
        coalesce(sum(versions), 0) AS versions, coalesce(sum(size), 0) AS imageBytes
      FROM workspaces WHERE deleted_at IS NULL`);
  if (!row) throw new Error('a count has no row');
  return row;
}

/** What all blobs come to, each once. */
export interface StoredTotals {
  readonly blobs: number;
  readonly bytes: number;
}

export async function readStoredTotals(db: Database): Promise<StoredTotals> {
  const [row] = await db.all<StoredTotals>(sql`
    SELECT blobs, blob_bytes AS bytes FROM platform_totals`);
  if (!row) throw new Error('the totals of the platform are gone');
  return row;
}

/** Pulls of the whole platform by day (days since 1970, UTC); days without are left out. */
export async function listPlatformPulls(db: Database): Promise<ReadonlyMap<number, number>> {
  const rows = await db.all<{ day: number; pulls: number }>(sql`
    SELECT day, pulls FROM platform_pulls_by_day`);
  return new Map(rows.map(({ day, pulls }) => [day, pulls]));
}

/** A workspace as the overview shows it. */
export interface TopWorkspace {
  readonly name: string;
  readonly images: number;
  readonly versions: number;
  readonly size: number;
  readonly pulls: number;
}

/** The largest workspaces. */
export async function listTopWorkspaces(db: Database, limit: number): Promise<TopWorkspace[]> {
  return await db.all<TopWorkspace>(sql`
    SELECT name, image_count AS images, versions, size, pulls FROM workspaces
      WHERE deleted_at IS NULL ORDER BY size DESC, name LIMIT ${limit}`);
}

const EVERY_IMAGE: ImageFilter = {
  scope: 'all',
  mine: [],
  visibility: { projectIds: 'all', public: true, names: null },
  workspace: null,
};

/** The images of the platform that come first by a number. */
export async function listTopImages(
  db: Database,
  by: ImageSort,
  limit: number,
): Promise<ListedImage[]> {
  return await listImages(db, EVERY_IMAGE, { by, direction: 'desc' }, null, limit);
}

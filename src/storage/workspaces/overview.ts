import { sql } from 'drizzle-orm';
import type { ImageSort } from '../../domain/lists.ts';
import type { Database } from '../database.ts';
import type { ImageFilter, ListedImage } from './image-filters.ts';
import { listImages } from './image-lists.ts';

/** Number of each thing that is not in the trash. */
export interface PlatformCounts {
  readonly departments: number;
  readonly projects: number;
  readonly users: number;
  readonly workspaces: number;
  readonly images: number;
  readonly versions: number;
  /** Sum of the sizes of the images; a blob that two of them share counts twice. */
  readonly imageBytes: number;
}

/** Sums the counters of the workspaces: reads one row of each, and nothing in them. */
export async function countPlatform(db: Database): Promise<PlatformCounts> {
  const [row] = await db.all<PlatformCounts>(sql`
    SELECT (SELECT count(*) FROM departments) AS departments,
        (SELECT count(*) FROM projects) AS projects, (SELECT count(*) FROM users) AS users,
        count(*) AS workspaces, coalesce(sum(image_count), 0) AS images,
        coalesce(sum(versions), 0) AS versions, coalesce(sum(size), 0) AS imageBytes
      FROM workspaces WHERE deleted_at IS NULL`);
  if (!row) throw new Error('a count returned no row');
  return row;
}

/** Number and bytes of all blobs, each once. */
export interface StoredTotals {
  readonly blobs: number;
  readonly bytes: number;
}

/** Uncounted blobs that a read may sum up, and those that one slice adds to the counter. */
const MAX_UNCOUNTED = 1000;
const COUNTED_BY_SLICE = 20_000;

/**
 * The totals: the counter, and the few blobs that are not in it. A new blob does not write the
 * counter, so if there are many of them this first adds them to it, in slices.
 */
export async function readStoredTotals(db: Database): Promise<StoredTotals> {
  for (;;) {
    const [row] = await db.all<StoredTotals & { readonly fresh: number }>(sql`
      SELECT t.blobs + count(n.size) AS blobs, t.blob_bytes + coalesce(sum(n.size), 0) AS bytes,
          count(n.size) AS fresh
        FROM platform_totals AS t LEFT JOIN (
          SELECT size FROM blobs WHERE id > (SELECT counted_to FROM platform_totals)
            ORDER BY id LIMIT ${MAX_UNCOUNTED + 1}) AS n`);
    if (!row) throw new Error('the totals of the platform are missing');
    if (row.fresh <= MAX_UNCOUNTED) return { blobs: row.blobs, bytes: row.bytes };
    await countBlobs(db);
  }
}

async function countBlobs(db: Database): Promise<void> {
  await db.run(sql`
    UPDATE platform_totals
      SET blobs = platform_totals.blobs + n.blobs, blob_bytes = blob_bytes + n.bytes,
        counted_to = n.last
      FROM (SELECT count(*) AS blobs, sum(size) AS bytes, max(id) AS last FROM (
        SELECT id, size FROM blobs WHERE id > (SELECT counted_to FROM platform_totals)
          ORDER BY id LIMIT ${COUNTED_BY_SLICE})) AS n
      WHERE n.blobs > 0`);
}

/** Pulls of the whole platform by day (days since 1970, UTC); days without pulls are left out. */
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

/** The first images of the platform in descending order. */
export async function listTopImages(
  db: Database,
  by: ImageSort,
  limit: number,
): Promise<ListedImage[]> {
  return await listImages(db, EVERY_IMAGE, { by, direction: 'desc' }, null, limit);
}

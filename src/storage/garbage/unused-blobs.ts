import { sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';
import { type Freeing, freeBlobs } from './delete-unused.ts';

/** A link from an image to a blob that no manifest names. */
export interface UnusedLink {
  readonly imageId: number;
  readonly digest: string;
  readonly unusedSince: number;
  readonly rowid: number;
}

/** Where a walk through them stands: [unusedSince, rowid]. */
export type UnusedKey = readonly [number, number];

/**
 * Links that no manifest has named since before a time, the oldest first, behind `after`. Those
 * of images and workspaces in the trash are left out: they are restored whole.
 * @param workspaceId null: of every workspace
 */
export async function listUnusedLinks(
  db: Database,
  workspaceId: number | null,
  before: number,
  after: UnusedKey,
  limit: number,
): Promise<UnusedLink[]> {
  const place = workspaceId === null ? sql`1` : sql`w.id = ${workspaceId}`;
  return await db.all<UnusedLink>(sql`
    SELECT l.image_id AS imageId, l.digest, l.unused_since AS unusedSince, l.rowid AS rowid
      FROM image_blobs AS l INDEXED BY image_blobs_unused
        CROSS JOIN images AS i ON i.id = l.image_id AND i.deleted_at IS NULL
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id AND w.deleted_at IS NULL
      WHERE l.uses = 0 AND l.unused_since < ${before} AND ${place}
        AND (l.unused_since, l.rowid) > (${after[0]}, ${after[1]})
      ORDER BY l.unused_since, l.rowid LIMIT ${limit}`);
}

/** Drops links that still no manifest names since before a time, and blobs that had no other. */
export async function dropUnusedLinks(
  db: Database,
  links: readonly UnusedLink[],
  before: number,
  freeing: Freeing,
): Promise<void> {
  const json = JSON.stringify(links.map(({ imageId, digest }) => [imageId, digest]));
  await runBatch(db, [
    sql`
      DELETE FROM image_blobs WHERE uses = 0 AND unused_since < ${before}
        AND (image_id, digest) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${json}))`,
    ...freeBlobs(JSON.stringify(links.map((link) => link.digest)), freeing),
  ]);
}

/** Digests of blobs without any link, behind `after`; none is left by what removes links. */
export async function listUnlinkedBlobs(
  db: Database,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await db.all<{ digest: string }>(sql`
    SELECT digest FROM blobs INDEXED BY blobs_unused
      WHERE uses = 0 AND digest > ${after} ORDER BY digest LIMIT ${limit}`);
  return rows.map((row) => row.digest);
}

/** Drops blobs that still have no link. */
export async function dropUnlinkedBlobs(
  db: Database,
  digests: readonly string[],
  freeing: Freeing,
): Promise<void> {
  await runBatch(db, freeBlobs(JSON.stringify(digests), freeing));
}

import { sql } from 'drizzle-orm';
import { inWorkspace, isUnusedLinkExpired } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';
import { type Deleting, deleteBlobsStatements } from './delete-unused.ts';

/** A link from an image to a blob that no manifest of the image names. */
export interface UnusedLink {
  readonly blobId: number;
  readonly imageId: number;
  readonly digest: string;
  readonly unusedSince: number;
}

/** Position in the list of unused links: [imageId, unusedSince, blobId]. */
export type UnusedKey = readonly [number, number, number];

/**
 * Links that no manifest has named since before a time, by image and time, starting after the
 * given key. Images and workspaces in the trash are left out, so that they can be restored whole.
 * @param workspaceId null: of every workspace
 */
export async function listUnusedLinks(
  db: Database,
  workspaceId: number | null,
  before: number,
  [imageId, unusedSince, blobId]: UnusedKey,
  limit: number,
): Promise<UnusedLink[]> {
  return await db.all<UnusedLink>(sql`
    SELECT l.blob_id AS blobId, l.image_id AS imageId, b.digest, l.unused_since AS unusedSince
      FROM image_blobs AS l INDEXED BY image_blobs_unused
        CROSS JOIN images AS i ON i.id = l.image_id
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id
        CROSS JOIN blobs AS b ON b.id = l.blob_id
      WHERE ${isUnusedLinkExpired(before)} AND ${inWorkspace(sql`w.id`, workspaceId)}
        AND l.image_id >= ${imageId}
        AND (l.image_id, l.unused_since, l.blob_id) > (${imageId}, ${unusedSince}, ${blobId})
      ORDER BY l.image_id, l.unused_since, l.blob_id LIMIT ${limit}`);
}

/** Deletes those links that are still unused since before a time, and blobs without other links. */
export async function deleteUnusedLinks(
  db: Database,
  links: readonly UnusedLink[],
  before: number,
  deleting: Deleting,
): Promise<void> {
  const keys = JSON.stringify(links.map(({ blobId, imageId }) => [blobId, imageId]));
  await runBatch(db, [
    sql`
      DELETE FROM image_blobs WHERE uses = 0 AND unused_since < ${before}
        AND (blob_id, image_id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${keys}))`,
    ...deleteBlobsStatements(JSON.stringify(links.map(({ blobId }) => blobId)), deleting),
  ]);
}

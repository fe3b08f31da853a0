import { sql } from 'drizzle-orm';
import { type CollectionTimes, inWorkspace, isUnusedLinkExpired } from '../collectable.ts';
import { type Database, runBatch } from '../database.ts';
import { type Deleting, deleteBlobsStatements } from './delete-unused.ts';

/** A link from an image to a blob that no manifest of the image names. */
export interface UnusedLink {
  readonly blobId: number;
  readonly imageId: number;
  readonly digest: string;
  readonly unusedSince: number;
}

/** Where a walk through unused links continues: after [imageId, unusedSince, blobId]. */
export type UnusedKey = readonly [number, number, number];

/**
 * Links that no manifest has named for the grace period, by image and time, starting after
 * `after`. Links of images and workspaces in the trash are left out: they are restored whole.
 * @param workspaceId null: of every workspace
 */
export async function listUnusedLinks(
  db: Database,
  workspaceId: number | null,
  times: CollectionTimes,
  [imageId, unusedSince, blobId]: UnusedKey,
  limit: number,
): Promise<UnusedLink[]> {
  return await db.all<UnusedLink>(sql`
    SELECT l.blob_id AS blobId, l.image_id AS imageId, b.digest, l.unused_since AS unusedSince
      FROM image_blobs AS l INDEXED BY image_blobs_unused
        CROSS JOIN images AS i ON i.id = l.image_id
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id
        CROSS JOIN blobs AS b ON b.id = l.blob_id
      WHERE ${isUnusedLinkExpired(times)} AND ${inWorkspace(sql`w.id`, workspaceId)}
        AND l.image_id >= ${imageId}
        AND (l.image_id, l.unused_since, l.blob_id) > (${imageId}, ${unusedSince}, ${blobId})
      ORDER BY l.image_id, l.unused_since, l.blob_id LIMIT ${limit}`);
}

/** Deletes links that no manifest has named for the grace period still, and blobs that had no other. */
export async function deleteUnusedLinks(
  db: Database,
  links: readonly UnusedLink[],
  times: CollectionTimes,
  deleting: Deleting,
): Promise<void> {
  const keys = JSON.stringify(links.map(({ blobId, imageId }) => [blobId, imageId]));
  await runBatch(db, [
    sql`
      DELETE FROM image_blobs WHERE (blob_id, image_id) IN (
        SELECT l.blob_id, l.image_id FROM json_each(${keys}) AS n
            CROSS JOIN image_blobs AS l
              ON l.blob_id = n.value ->> 0 AND l.image_id = n.value ->> 1
            CROSS JOIN images AS i ON i.id = l.image_id
            CROSS JOIN workspaces AS w ON w.id = i.workspace_id
          WHERE ${isUnusedLinkExpired(times)})`,
    ...deleteBlobsStatements(JSON.stringify(links.map(({ blobId }) => blobId)), deleting),
  ]);
}

import { type SQL, sql } from 'drizzle-orm';
import {
  type CollectionTimes,
  IS_LIVE,
  IS_UNUSED_LINK,
  isUnusedLinkExpired,
} from '../collectable.ts';
import type { Database } from '../database.ts';

/** Rows of a statement, by these ids: `n.value`. */
export const idsIn = (ids: readonly number[]): SQL => sql`json_each(${JSON.stringify(ids)}) AS n`;

/** A link from an image to a blob. */
export interface LinkName {
  readonly blobId: number;
  readonly imageId: number;
  readonly image: string;
}

/** A link that only manifests use that go. */
export interface UnneededLink extends LinkName {
  /** Bytes of the blob. */
  readonly size: number;
  /** Whether a client deleted it. */
  readonly isHidden: 0 | 1;
  /** Whether its image is not in the trash. */
  readonly isLive: 0 | 1;
}

/** Links that only these manifests use. */
export async function listLinksOf(
  db: Database,
  ids: readonly number[],
  limit: number,
): Promise<UnneededLink[]> {
  return await db.all<UnneededLink>(sql`
    SELECT l.blob_id AS blobId, l.image_id AS imageId, i.name AS image, b.size,
        l.deleted_at IS NOT NULL AS isHidden, ${IS_LIVE} AS isLive
      FROM (SELECT b.image_id, b.blob_id, count(*) AS losses
          FROM ${idsIn(ids)} CROSS JOIN manifest_blobs AS b ON b.manifest_id = n.value
          GROUP BY 1, 2 LIMIT ${limit}) AS lost
        CROSS JOIN image_blobs AS l ON l.blob_id = lost.blob_id AND l.image_id = lost.image_id
          AND l.uses = lost.losses
        CROSS JOIN blobs AS b ON b.id = l.blob_id
        CROSS JOIN images AS i ON i.id = l.image_id
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id`);
}

/** All links of images: those that their manifests name, and those that none names. */
export async function listLinksOfImages(
  db: Database,
  imageIds: readonly number[],
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT * FROM (
      SELECT DISTINCT b.blob_id AS blobId, i.id AS imageId, i.name AS image
        FROM ${idsIn(imageIds)} CROSS JOIN images AS i ON i.id = n.value
          CROSS JOIN manifests AS m ON m.image_id = i.id
          CROSS JOIN manifest_blobs AS b ON b.manifest_id = m.id
        LIMIT ${limit})
    UNION ALL
    SELECT * FROM (
      SELECT l.blob_id, i.id, i.name
        FROM ${idsIn(imageIds)} CROSS JOIN images AS i ON i.id = n.value
          CROSS JOIN image_blobs AS l INDEXED BY image_blobs_unused
            ON l.image_id = i.id AND ${IS_UNUSED_LINK}
        LIMIT ${limit})`);
}

/** Links of a workspace that no manifest has named for the grace period. */
export async function listExpiredLinks(
  db: Database,
  workspaceId: number,
  times: CollectionTimes,
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT l.blob_id AS blobId, i.id AS imageId, i.name AS image
      FROM image_blobs AS l INDEXED BY image_blobs_unused
        CROSS JOIN images AS i ON i.id = l.image_id
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE ${isUnusedLinkExpired(times)} AND w.id = ${workspaceId}
      LIMIT ${limit}`);
}

/** A blob that no image has any more once these links are gone. */
export interface LeavingBlob {
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  /** Name of an image that has it. */
  readonly image: string;
}

/** Blobs that have no links but these. */
export async function listBlobsOnlyOf(
  db: Database,
  links: readonly LinkName[],
): Promise<LeavingBlob[]> {
  const given = sql`
    SELECT value ->> 'blobId' AS blob_id, value ->> 'imageId' AS image_id, value ->> 'image' AS image
      FROM json_each(${JSON.stringify(links)})`;
  return await db.all<LeavingBlob>(sql`
    WITH given AS MATERIALIZED (${given})
    SELECT b.digest, b.size, g.image FROM
        (SELECT blob_id, min(image) AS image FROM given GROUP BY 1) AS g
        CROSS JOIN blobs AS b ON b.id = g.blob_id
      WHERE NOT EXISTS (SELECT 1 FROM image_blobs AS l
        WHERE l.blob_id = b.id AND (l.blob_id, l.image_id) NOT IN (
          SELECT blob_id, image_id FROM given))`);
}

import { type SQL, sql } from 'drizzle-orm';
import type { TrashKind } from '../../domain/trash.ts';
import {
  IS_PURGED,
  IS_RELEASED,
  isKeptByHistory,
  isTrashExpired,
  isUntaggedExpired,
  isUnusedLinkExpired,
} from '../collectable.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';

/** Something in the trash of a workspace that the next collection deletes. */
export interface Leaving {
  readonly kind: TrashKind;
  readonly imageId: number;
  readonly image: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** The manifest of a version. */
  readonly manifestId: number | null;
  /** Bytes of its content. */
  readonly bytes: number;
}

/** What a collection deletes of a workspace's trash: all that is purged, or was deleted before a time. */
export async function listLeaving(
  db: Database,
  workspaceId: number,
  before: number,
  limit: number,
): Promise<Leaving[]> {
  return await db.all<Leaving>(sql`
    SELECT t.kind, i.id AS imageId, i.name AS image, g.name AS tag, t.digest, m.id AS manifestId,
        iif(t.kind = 'image', i.size, m.content_size) AS bytes
      FROM trash AS t CROSS JOIN images AS i ON i.id = t.image_id
        LEFT JOIN trashed_tags AS g ON g.id = t.trashed_tag_id
        LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest
      WHERE t.workspace_id = ${workspaceId} AND t.kind IN ('image', 'version')
        AND (${isTrashExpired(before)} OR ${IS_PURGED})
      LIMIT ${limit}`);
}

/** What decides whether a manifest is deleted. */
export interface ManifestFacts {
  readonly id: number;
  readonly imageId: number;
  readonly image: string;
  readonly digest: string;
  /** Bytes of the manifest itself, and of its object, 0 if it has none. */
  readonly bytes: number;
  readonly objectBytes: number;
  readonly uses: number;
  /** Whether the history of a tag keeps it. */
  readonly isKept: boolean;
}

const facts = (now: number): SQL => sql`
  SELECT m.id, m.image_id AS imageId, i.name AS image, m.digest, m.size AS bytes,
      iif(m.content_key IS NULL, 0, m.size) AS objectBytes, m.uses,
      ${isKeptByHistory(now)} AS isKept`;

const PLACES = sql`
  CROSS JOIN images AS i ON i.id = m.image_id
  CROSS JOIN workspaces AS w ON w.id = i.workspace_id`;

async function allFacts(db: Database, statement: SQL): Promise<ManifestFacts[]> {
  const rows = await db.all<StoredRow<ManifestFacts>>(statement);
  return rows.map((row) => readBooleans(row, ['isKept']));
}

/** Unused manifests of a workspace that are released, or untagged for longer than it keeps them. */
export async function listDueManifests(
  db: Database,
  workspaceId: number,
  unusedBefore: number,
  now: number,
  limit: number,
): Promise<ManifestFacts[]> {
  return await allFacts(
    db,
    sql`
      SELECT * FROM (${facts(now)} FROM manifests AS m INDEXED BY manifests_released ${PLACES}
        WHERE ${IS_RELEASED} AND m.workspace_id = ${workspaceId}
          AND m.unused_since < ${unusedBefore} LIMIT ${limit})
      UNION ALL
      SELECT * FROM (${facts(now)} FROM manifests AS m INDEXED BY manifests_untagged ${PLACES}
        WHERE m.workspace_id = ${workspaceId} AND ${isUntaggedExpired(now)} LIMIT ${limit})`,
  );
}

const idsIn = (ids: readonly number[]): SQL => sql`json_each(${JSON.stringify(ids)}) AS n`;

/** Manifests by id. */
export async function readManifestFacts(
  db: Database,
  ids: readonly number[],
  now: number,
): Promise<ManifestFacts[]> {
  return await allFacts(
    db,
    sql`
      ${facts(now)} FROM ${idsIn(ids)} CROSS JOIN manifests AS m ON m.id = n.value ${PLACES}`,
  );
}

/** How many uses a manifest loses if others are deleted. */
export interface Loss {
  readonly id: number;
  readonly losses: number;
}

/** Children and referrers of these manifests. */
export async function listDependents(db: Database, ids: readonly number[]): Promise<Loss[]> {
  return await db.all<Loss>(sql`
    SELECT c.child_id AS id, count(*) AS losses
      FROM ${idsIn(ids)} CROSS JOIN manifest_children AS c ON c.parent_id = n.value
      GROUP BY 1
    UNION ALL
    SELECT r.id, 1
      FROM ${idsIn(ids)} CROSS JOIN manifests AS m ON m.id = n.value
        CROSS JOIN manifests AS r INDEXED BY manifests_by_subject
          ON r.image_id = m.image_id AND r.subject_digest = m.digest
            AND r.subject_digest IS NOT NULL`);
}

/** A link from an image to a blob. */
export interface LinkName {
  readonly blobId: number;
  readonly imageId: number;
  readonly image: string;
}

/** Links that only these manifests use. */
export async function listLinksOf(
  db: Database,
  ids: readonly number[],
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT l.blob_id AS blobId, l.image_id AS imageId, i.name AS image
      FROM (SELECT b.image_id, b.blob_id, count(*) AS losses
          FROM ${idsIn(ids)} CROSS JOIN manifest_blobs AS b ON b.manifest_id = n.value
          GROUP BY 1, 2 LIMIT ${limit}) AS lost
        CROSS JOIN image_blobs AS l ON l.blob_id = lost.blob_id AND l.image_id = lost.image_id
          AND l.uses = lost.losses
        CROSS JOIN images AS i ON i.id = l.image_id`);
}

/** All links of images, whether a manifest names them or not. */
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
            ON l.image_id = i.id AND l.uses = 0
        LIMIT ${limit})`);
}

/** Links of a workspace that no manifest has named since before a time. */
export async function listDueLinks(
  db: Database,
  workspaceId: number,
  before: number,
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT l.blob_id AS blobId, i.id AS imageId, i.name AS image
      FROM image_blobs AS l INDEXED BY image_blobs_unused
        CROSS JOIN images AS i ON i.id = l.image_id
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id
      WHERE ${isUnusedLinkExpired(before)} AND w.id = ${workspaceId}
      LIMIT ${limit}`);
}

/** A blob that no image has once some links are deleted. */
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

import { type SQL, sql } from 'drizzle-orm';
import type { TrashKind } from '../../domain/trash.ts';
import type { Database } from '../database.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Something in the trash of a workspace that the next collection takes out. */
export interface Leaving {
  readonly kind: TrashKind;
  readonly imageId: number;
  readonly image: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Bytes of its content. */
  readonly bytes: number;
}

/** What leaves the trash of a workspace: what is purged already, or was deleted before a time. */
export async function listLeaving(
  db: Database,
  workspaceId: number,
  before: number,
  limit: number,
): Promise<Leaving[]> {
  return await db.all<Leaving>(sql`
    SELECT t.kind, i.id AS imageId, i.name AS image, g.name AS tag, t.digest,
        iif(t.kind = 'image', i.size, m.content_size) AS bytes
      FROM trash AS t CROSS JOIN images AS i ON i.id = t.image_id
        LEFT JOIN trashed_tags AS g ON g.id = t.trashed_tag_id
        LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest
      WHERE t.workspace_id = ${workspaceId} AND t.kind IN ('image', 'version')
        AND (t.deleted_at < ${before} OR t.purged_at IS NOT NULL)
      LIMIT ${limit}`);
}

/** What decides whether a manifest goes. */
export interface ManifestFacts {
  readonly imageId: number;
  readonly image: string;
  readonly digest: string;
  /** Bytes of the manifest itself, and of its object where it has one. */
  readonly bytes: number;
  readonly objectBytes: number;
  readonly uses: number;
  /** Whether the history of a tag keeps it. */
  readonly isKept: 0 | 1;
}

const facts = (now: number): SQL => sql`
  SELECT m.image_id AS imageId, i.name AS image, m.digest, m.size AS bytes,
      iif(m.content_key IS NULL, 0, m.size) AS objectBytes, m.uses,
      m.overwritten_at IS NOT NULL AND m.deleted_at IS NULL
        AND (w.untagged_days IS NULL OR m.overwritten_at + w.untagged_days * ${DAY} > ${now})
        AS isKept`;

const PLACES = sql`
  CROSS JOIN images AS i ON i.id = m.image_id
  CROSS JOIN workspaces AS w ON w.id = i.workspace_id`;

/** Manifests of a workspace that nothing uses, released or past the days they are kept. */
export async function listDueManifests(
  db: Database,
  workspaceId: number,
  unusedBefore: number,
  now: number,
  limit: number,
): Promise<ManifestFacts[]> {
  return await db.all<ManifestFacts>(sql`
    SELECT * FROM (${facts(now)} FROM manifests AS m INDEXED BY manifests_released ${PLACES}
      WHERE m.uses = 0 AND m.released_at IS NOT NULL AND m.workspace_id = ${workspaceId}
        AND m.unused_since < ${unusedBefore} LIMIT ${limit})
    UNION ALL
    SELECT * FROM (${facts(now)} FROM manifests AS m INDEXED BY manifests_untagged ${PLACES}
      WHERE m.workspace_id = ${workspaceId} AND m.uses = 0 AND m.released_at IS NULL
        AND m.deleted_at IS NULL AND i.deleted_at IS NULL
        AND m.unused_since < ${now} - w.untagged_days * ${DAY} LIMIT ${limit})`);
}

/** An image and a digest in it: a manifest or a blob. */
export type Name = readonly [imageId: number, digest: string];

const named = (names: readonly Name[]): SQL => sql`json_each(${JSON.stringify(names)}) AS n`;

/** Manifests by name. */
export async function readManifestFacts(
  db: Database,
  names: readonly Name[],
  now: number,
): Promise<ManifestFacts[]> {
  return await db.all<ManifestFacts>(sql`
    ${facts(now)} FROM ${named(names)} CROSS JOIN manifests AS m
      ON m.image_id = n.value ->> 0 AND m.digest = n.value ->> 1 ${PLACES}`);
}

/** How many uses something loses with the manifests named. */
export interface Loss {
  readonly imageId: number;
  readonly digest: string;
  readonly losses: number;
}

/** What these manifests list, and what refers to them. */
export async function listDependents(db: Database, names: readonly Name[]): Promise<Loss[]> {
  return await db.all<Loss>(sql`
    SELECT c.image_id AS imageId, c.child_digest AS digest, count(*) AS losses
      FROM ${named(names)} CROSS JOIN manifest_children AS c
        ON c.image_id = n.value ->> 0 AND c.parent_digest = n.value ->> 1
      GROUP BY 1, 2
    UNION ALL
    SELECT r.image_id, r.digest, 1
      FROM ${named(names)} CROSS JOIN manifests AS r INDEXED BY manifests_by_subject
        ON r.image_id = n.value ->> 0 AND r.subject_digest = n.value ->> 1
          AND r.subject_digest IS NOT NULL`);
}

/** A link from an image to a blob. */
export interface LinkName {
  readonly imageId: number;
  readonly image: string;
  readonly digest: string;
}

/** Links that only these manifests use. */
export async function listLinksOf(
  db: Database,
  names: readonly Name[],
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT l.image_id AS imageId, i.name AS image, l.digest
      FROM (SELECT b.image_id, b.blob_digest, count(*) AS losses
          FROM ${named(names)} CROSS JOIN manifest_blobs AS b
            ON b.image_id = n.value ->> 0 AND b.manifest_digest = n.value ->> 1
          GROUP BY 1, 2 LIMIT ${limit}) AS lost
        CROSS JOIN image_blobs AS l ON l.image_id = lost.image_id AND l.digest = lost.blob_digest
          AND l.uses = lost.losses
        CROSS JOIN images AS i ON i.id = l.image_id`);
}

/** All links of images. */
export async function listLinksOfImages(
  db: Database,
  imageIds: readonly number[],
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT i.id AS imageId, i.name AS image, l.digest
      FROM json_each(${JSON.stringify(imageIds)}) AS n CROSS JOIN images AS i ON i.id = n.value
        CROSS JOIN image_blobs AS l ON l.image_id = i.id
      LIMIT ${limit}`);
}

/** Links of a workspace that no manifest has named since before a time. */
export async function listDueLinks(
  db: Database,
  workspaceId: number,
  before: number,
  limit: number,
): Promise<LinkName[]> {
  return await db.all<LinkName>(sql`
    SELECT i.id AS imageId, i.name AS image, l.digest
      FROM image_blobs AS l INDEXED BY image_blobs_unused
        CROSS JOIN images AS i ON i.id = l.image_id AND i.deleted_at IS NULL
      WHERE l.uses = 0 AND l.unused_since < ${before} AND i.workspace_id = ${workspaceId}
      LIMIT ${limit}`);
}

/** Blobs by digest: their bytes, and how many images have them. */
export async function readBlobUses(
  db: Database,
  digests: readonly string[],
): Promise<{ readonly digest: string; readonly size: number; readonly uses: number }[]> {
  return await db.all(sql`
    SELECT digest, size, uses FROM blobs
      WHERE digest IN (SELECT value FROM json_each(${JSON.stringify(digests)}))`);
}

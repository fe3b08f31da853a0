import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { PushPlace, VersionActivity } from '../../domain/retention.ts';
import { accessoriesReached, IS_ORPHAN } from '../accessories.ts';
import { type Database, runBatch } from '../database.ts';
import { LAST_USED, lastUseOf } from '../last-use.ts';
import { moveAccessoriesStatements, moveTagsStatements } from '../trash/move-tags.ts';

/** The stored rules of a workspace, JSON; null: none, or the workspace is in the trash. */
export async function readRetention(db: Database, workspaceId: number): Promise<string | null> {
  const [row] = await db.all<{ retention: string | null }>(sql`
    SELECT retention FROM workspaces WHERE id = ${workspaceId} AND deleted_at IS NULL`);
  return row?.retention ?? null;
}

/** Sets or (null) removes a workspace's rules; false if the workspace is in the trash. */
export async function writeRetention(
  db: Database,
  workspaceId: number,
  retention: string | null,
): Promise<boolean> {
  const rows = await db.all(sql`
    UPDATE workspaces SET retention = ${retention}
      WHERE id = ${workspaceId} AND deleted_at IS NULL RETURNING id`);
  return rows.length > 0;
}

/** A workspace with its stored rules, JSON. */
export interface RetainingWorkspace {
  readonly id: number;
  readonly retention: string;
}

/** The first workspace with rules whose id is at least `from`; null: there is none. */
export async function nextRetaining(
  db: Database,
  from: number,
): Promise<RetainingWorkspace | null> {
  const [row] = await db.all<RetainingWorkspace>(sql`
    SELECT id, retention FROM workspaces INDEXED BY workspaces_with_retention
      WHERE id >= ${from} AND retention IS NOT NULL AND deleted_at IS NULL
      ORDER BY id LIMIT 1`);
  return row ?? null;
}

/** An image to whose versions rules apply. */
export interface RetainedImage {
  readonly id: number;
  readonly name: string;
  readonly versions: number;
  readonly accessories: number;
}

/** Images of a workspace by name, beginning with the name `from`. */
export async function listRetainedImages(
  db: Database,
  workspaceId: number,
  from: string,
  limit: number,
): Promise<RetainedImage[]> {
  return await db.all<RetainedImage>(sql`
    SELECT id, name, versions, accessories FROM images INDEXED BY images_by_name
      WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL AND name >= ${from}
      ORDER BY name LIMIT ${limit}`);
}

/** Accessories of one step that a preview lists at most, each with every tag that reaches it. */
const MAX_REACHED = 20_000;

/** What rules need to know of a version. */
export interface RetainedVersion extends VersionActivity {
  readonly imageId: number;
  readonly digest: Digest;
  readonly lastPulledAt: number | null;
  /** Bytes of its content, as the manifest declares them. */
  readonly size: number;
  /** Whether it is a version, or an accessory of something that is there, or not there. */
  readonly kind: 'version' | 'attached' | 'orphan';
}

const VERSION = sql`t.image_id AS imageId, t.name AS tag, m.digest,
  t.updated_at AS pushedAt, m.last_pulled_at AS lastPulledAt, ${LAST_USED} AS lastUsedAt,
  m.content_size AS size,
  CASE WHEN t.subject IS NULL THEN 'version' WHEN ${IS_ORPHAN} THEN 'orphan' ELSE 'attached' END
    AS kind`;

const MANIFEST = sql`
  CROSS JOIN manifests AS m ON m.id = t.manifest_id`;

/** All tags of some images, image by image, ordered by name. */
export async function listTagsOf(
  db: Database,
  imageIds: readonly number[],
): Promise<RetainedVersion[]> {
  return await db.all<RetainedVersion>(sql`
    SELECT ${VERSION} FROM json_each(${JSON.stringify(imageIds)}) AS i
      CROSS JOIN tags AS t ON t.image_id = i.value ${MANIFEST} ORDER BY i.key, t.name`);
}

/** Tags of an image by name, starting after `tag`. */
export async function listTagsAfter(
  db: Database,
  imageId: number,
  tag: string,
  limit: number,
): Promise<RetainedVersion[]> {
  return await db.all<RetainedVersion>(sql`
    SELECT ${VERSION} FROM tags AS t ${MANIFEST}
      WHERE t.image_id = ${imageId} AND t.name > ${tag} ORDER BY t.name LIMIT ${limit}`);
}

/** The oldest of the versions that an image keeps because they were pushed last. */
export interface LastKept extends PushPlace {
  readonly imageId: number;
}

/** The `count`th latest version of some images; images with fewer versions are left out. */
export async function listLastKept(
  db: Database,
  imageIds: readonly number[],
  count: number,
): Promise<LastKept[]> {
  return await db.all<LastKept>(sql`
    SELECT t.image_id AS imageId, t.name AS tag, t.updated_at AS pushedAt
      FROM json_each(${JSON.stringify(imageIds)}) AS i
        CROSS JOIN tags AS t ON t.image_id = i.value AND t.name = (
          SELECT x.name FROM tags AS x INDEXED BY tags_by_update
            WHERE x.image_id = i.value AND x.subject IS NULL
            ORDER BY x.updated_at DESC, x.name DESC LIMIT 1 OFFSET ${count - 1})`);
}

/** What is attached to a version, and a tag that reaches what it is attached to. */
export interface ReachedAccessory extends RetainedVersion {
  readonly accessory: string;
  readonly accessoryDigest: Digest;
  readonly accessorySize: number;
  readonly accessoryPushedAt: number;
  readonly accessoryPulledAt: number | null;
  readonly accessoryUsedAt: number | null;
}

/** What is attached to versions, each with every tag that reaches its subject. */
export async function listReachedAccessories(
  db: Database,
  versions: readonly Pick<RetainedVersion, 'imageId' | 'digest'>[],
): Promise<ReachedAccessory[]> {
  const columns = sql`${VERSION}, a.name AS accessory, n.digest AS accessoryDigest,
    n.content_size AS accessorySize, a.updated_at AS accessoryPushedAt,
    n.last_pulled_at AS accessoryPulledAt, ${lastUseOf(sql`n`)} AS accessoryUsedAt`;
  const joins = sql`${MANIFEST} CROSS JOIN manifests AS n ON n.id = a.manifest_id`;
  return await db.all<ReachedAccessory>(
    sql`${accessoriesReached(columns, manifestsOf(versions), joins)} ORDER BY a.name LIMIT ${MAX_REACHED}`,
  );
}

/** Versions that rules do not keep, and the facts on which that was decided. */
export interface Unkept {
  readonly workspace: RetainingWorkspace;
  readonly versions: readonly RetainedVersion[];
  /** Null if the rules keep no fixed number of latest versions. */
  readonly keepLast: number | null;
  readonly lastKept: readonly LastKept[];
}

/**
 * Moves versions to the trash, each only if the facts that decided it still hold: the rules, its
 * push, its last use, and that its image has `keepLast` versions that were pushed later, or of an
 * accessory, that its subject is not there. What is attached to them goes too.
 * Answers how many were moved.
 */
export async function moveUnkeptToTrash(
  db: Database,
  unkept: Unkept,
  deletedBy: string,
  now: number,
): Promise<number> {
  if (unkept.versions.length === 0) return 0;
  const rows = unkeptRows(unkept);
  const statements = moveTagsStatements(sql`(image_id, name) IN (${rows})`, deletedBy, now);
  const [, removed = []] = await runBatch(db, [
    ...statements,
    ...moveAccessoriesStatements(manifestsOf(unkept.versions), deletedBy, now),
  ]);
  return removed.length;
}

/** The manifests of versions, of images that have accessories. */
function manifestsOf(versions: readonly Pick<RetainedVersion, 'imageId' | 'digest'>[]): SQL {
  const json = JSON.stringify(versions.map(({ imageId, digest }) => ({ imageId, digest })));
  const images = JSON.stringify([...new Set(versions.map(({ imageId }) => imageId))]);
  return sql`
    SELECT m.id FROM json_each(${images}) AS n
      CROSS JOIN images AS i ON i.id = n.value AND i.accessories > 0
      CROSS JOIN json_each(${json}) AS v ON v.value ->> 'imageId' = i.id
      CROSS JOIN manifests AS m ON m.image_id = i.id AND m.digest = v.value ->> 'digest'`;
}

function unkeptRows({ workspace, versions, keepLast, lastKept }: Unkept): SQL {
  const later = sql`
    SELECT l.value ->> 'imageId' FROM json_each(${JSON.stringify(lastKept)}) AS l
      WHERE ${keepLast} = (SELECT count(*) FROM (
        SELECT 1 FROM tags AS x INDEXED BY tags_by_update
          WHERE x.image_id = l.value ->> 'imageId' AND x.subject IS NULL
            AND (x.updated_at, x.name) >= (l.value ->> 'pushedAt', l.value ->> 'tag')
          LIMIT ${keepLast}))`;
  return sql`
    SELECT t.image_id, t.name FROM json_each(${JSON.stringify(versions)}) AS v
        CROSS JOIN tags AS t ON t.image_id = v.value ->> 'imageId' AND t.name = v.value ->> 'tag'
        ${MANIFEST}
        CROSS JOIN images AS i ON i.id = t.image_id AND i.deleted_at IS NULL
        CROSS JOIN workspaces AS w ON w.id = i.workspace_id AND w.deleted_at IS NULL
      WHERE w.id = ${workspace.id} AND w.retention = ${workspace.retention}
        AND m.digest = v.value ->> 'digest' AND t.updated_at = v.value ->> 'pushedAt'
        AND ${LAST_USED} IS v.value ->> 'lastUsedAt'
        AND iif(t.subject IS NULL,
          ${keepLast === null ? sql`1` : sql`t.image_id IN (${later})`}, ${IS_ORPHAN})`;
}

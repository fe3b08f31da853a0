import { type SQL, sql } from 'drizzle-orm';
import type { TrashKind } from '../../domain/trash.ts';
import { isImmutable, subjectKey } from '../accessories.ts';
import {
  type CollectionTimes,
  IS_LIVE,
  IS_RELEASED,
  isKeptByHistory,
  isManifestInTrash,
  isReleasedExpired,
  isTrashLeaving,
  isUntaggedExpired,
  UNUSED_SINCE,
} from '../collectable.ts';
import type { Database } from '../database.ts';
import { LAST_USED } from '../last-use.ts';
import { idsIn } from './preview-links.ts';

/** Something in the trash of a workspace that the next collection takes out. */
export interface Leaving {
  readonly kind: TrashKind;
  readonly imageId: number;
  readonly image: string;
  readonly tag: string | null;
  readonly digest: string | null;
  /** Of a version. */
  readonly manifestId: number | null;
  /** Bytes of its content. */
  readonly bytes: number;
  /** Of a version, ms. */
  readonly lastUsedAt: number | null;
}

/** The images and versions that leave the trash of a workspace. */
export async function listLeaving(
  db: Database,
  workspaceId: number,
  times: CollectionTimes,
  limit: number,
): Promise<Leaving[]> {
  return await db.all<Leaving>(sql`
    SELECT t.kind, i.id AS imageId, i.name AS image, g.name AS tag, t.digest, m.id AS manifestId,
        iif(t.kind = 'image', i.size, m.content_size) AS bytes, ${LAST_USED} AS lastUsedAt
      FROM trash AS t CROSS JOIN images AS i ON i.id = t.image_id
        LEFT JOIN trashed_tags AS g ON g.id = t.trashed_tag_id
        LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest
      WHERE t.workspace_id = ${workspaceId} AND t.kind IN ('image', 'version')
        AND ${isTrashLeaving(times)}
      LIMIT ${limit}`);
}

/** What decides whether a manifest goes. */
export interface ManifestFacts {
  readonly id: number;
  readonly imageId: number;
  readonly image: string;
  readonly digest: string;
  /** Bytes of the manifest itself, of its object where it has one, and of what it names. */
  readonly bytes: number;
  readonly objectBytes: number;
  readonly contentBytes: number;
  readonly lastUsedAt: number | null;
  readonly uses: number;
  /** Null while something uses it. */
  readonly unusedSince: number | null;
  /** Whether nothing uses it and it is released already. */
  readonly isReleased: boolean;
  /** Whether the history of a tag keeps it. */
  readonly isKept: boolean;
  /** Whether it stays in the trash by itself. */
  readonly isInTrash: boolean;
  /** Whether its image is not in the trash. */
  readonly isLive: boolean;
}

const facts = (times: CollectionTimes): SQL => sql`
  SELECT m.id, m.image_id AS imageId, i.name AS image, m.digest, m.size AS bytes,
      iif(m.content_key IS NULL, 0, m.size) AS objectBytes, m.content_size AS contentBytes, m.uses,
      ${LAST_USED} AS lastUsedAt,
      ${UNUSED_SINCE} AS unusedSince, ${IS_RELEASED} AS isReleased,
      ${isKeptByHistory(times)} AS isKept, ${isManifestInTrash(times)} AS isInTrash,
      ${IS_LIVE} AS isLive`;

const PLACES = sql`
  CROSS JOIN images AS i ON i.id = m.image_id
  CROSS JOIN workspaces AS w ON w.id = i.workspace_id`;

const FLAGS = ['isReleased', 'isKept', 'isInTrash', 'isLive'] as const;

async function allFacts(db: Database, statement: SQL): Promise<ManifestFacts[]> {
  type Flag = (typeof FLAGS)[number];
  type Row = Omit<ManifestFacts, Flag> & { readonly [flag in Flag]: number };
  const rows = await db.all<Row>(statement);
  return rows.map((row) => {
    const flags = Object.fromEntries(FLAGS.map((flag) => [flag, row[flag] === 1]));
    return { ...row, ...(flags as Record<Flag, boolean>) };
  });
}

/** Manifests of a workspace that go, unless the history of a tag keeps them. */
export async function listExpiredManifests(
  db: Database,
  workspaceId: number,
  times: CollectionTimes,
  limit: number,
): Promise<ManifestFacts[]> {
  return await allFacts(
    db,
    sql`
      SELECT * FROM (${facts(times)} FROM manifests AS m INDEXED BY manifests_released ${PLACES}
        WHERE ${isReleasedExpired(times)} AND m.workspace_id = ${workspaceId} LIMIT ${limit})
      UNION ALL
      SELECT * FROM (${facts(times)} FROM workspaces AS w
          CROSS JOIN manifests AS m INDEXED BY manifests_untagged ON m.workspace_id = w.id
          CROSS JOIN images AS i ON i.id = m.image_id
        WHERE w.id = ${workspaceId} AND ${isUntaggedExpired(times)} LIMIT ${limit})`,
  );
}

/** Manifests by id. */
export async function readManifestFacts(
  db: Database,
  ids: readonly number[],
  times: CollectionTimes,
): Promise<ManifestFacts[]> {
  return await allFacts(
    db,
    sql`
      ${facts(times)} FROM ${idsIn(ids)} CROSS JOIN manifests AS m ON m.id = n.value ${PLACES}`,
  );
}

/** How many uses a manifest loses with others. */
export interface Loss {
  readonly id: number;
  readonly losses: number;
}

/** What these manifests list, what refers to them, and their accessories. */
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
            AND r.subject_digest IS NOT NULL
    UNION ALL
    SELECT t.manifest_id, 1
      FROM ${idsIn(ids)} CROSS JOIN manifests AS m ON m.id = n.value
        CROSS JOIN tags AS t INDEXED BY tags_by_subject
          ON t.image_id = m.image_id AND t.subject = ${subjectKey(sql`m.digest`)}
            AND t.subject IS NOT NULL
      WHERE NOT ${isImmutable('t')}
    UNION ALL
    SELECT g.manifest_id, 1
      FROM ${idsIn(ids)} CROSS JOIN manifests AS m ON m.id = n.value
        CROSS JOIN trashed_tags AS g INDEXED BY trashed_tags_with_subject
          ON g.image_id = m.image_id AND g.subject = ${subjectKey(sql`m.digest`)}
            AND g.with_subject = 1`);
}

/** Bytes of each object that manifests of images have because they are too large for a row. */
export async function listManifestObjects(
  db: Database,
  imageIds: readonly number[],
  limit: number,
): Promise<number[]> {
  const rows = await db.all<{ size: number }>(sql`
    SELECT m.size FROM ${idsIn(imageIds)} CROSS JOIN manifests AS m
      ON m.image_id = n.value AND m.content_key IS NOT NULL LIMIT ${limit}`);
  return rows.map(({ size }) => size);
}

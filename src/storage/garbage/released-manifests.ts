import { type SQL, sql } from 'drizzle-orm';
import { isImmutable, subjectKey } from '../accessories.ts';
import {
  type CollectionTimes,
  IS_UNUSED_LINK,
  inWorkspace,
  isKeptByHistory,
  isReleasedExpired,
} from '../collectable.ts';
import { type Database, readBooleans, runBatch, type StoredRow } from '../database.ts';
import {
  type Deleting,
  deleteBlobsStatements,
  deleteManifestsStatements,
} from './delete-unused.ts';

/** Links deleted together with the manifests of one slice; others wait for their grace period. */
const MAX_LINKS = 20_000;

/** A manifest that nothing uses, and nothing keeps except perhaps the history of a tag. */
export interface ReleasedManifest {
  readonly id: number;
  readonly imageId: number;
  readonly digest: string;
  readonly releasedAt: number;
  /** Whether it was released because it was not used: a use undoes that. */
  readonly isByAge: boolean;
  /** Whether the history of a tag keeps it, by the policy of its workspace. */
  readonly isKept: boolean;
}

/** Where a walk through released manifests continues: after [releasedAt, id]. */
export type ReleasedKey = readonly [number, number];

/**
 * Released manifests that nothing uses, in the order of their release, starting after `after`.
 * @param workspaceId null: of every workspace
 */
export async function listReleased(
  db: Database,
  workspaceId: number | null,
  times: CollectionTimes,
  after: ReleasedKey,
  limit: number,
): Promise<ReleasedManifest[]> {
  const rows = await db.all<StoredRow<ReleasedManifest>>(sql`
    SELECT m.id, m.image_id AS imageId, m.digest, m.released_at AS releasedAt,
        m.released_by_age AS isByAge, ${isKeptByHistory(times)} AS isKept
      FROM manifests AS m INDEXED BY manifests_released
        CROSS JOIN workspaces AS w ON w.id = m.workspace_id
      WHERE ${isReleasedExpired(times)} AND (m.released_at, m.id) > (${after[0]}, ${after[1]})
        AND ${inWorkspace(sql`m.workspace_id`, workspaceId)}
      ORDER BY m.released_at, m.id LIMIT ${limit}`);
  return rows.map((row) => readBooleans(row, ['isByAge', 'isKept']));
}

const idsJson = (manifests: readonly ReleasedManifest[]): string =>
  JSON.stringify(manifests.map(({ id }) => id));

/** Those of these manifests that still go. */
const stillExpired = (ids: string, times: CollectionTimes): SQL => sql`
  json_each(${ids}) AS n CROSS JOIN manifests AS m
    ON m.id = n.value AND ${isReleasedExpired(times)}`;

/** Leaves manifests to the policy on untagged content, from their last use or the time a tag moved on. */
export async function keepReleased(
  db: Database,
  manifests: readonly ReleasedManifest[],
  times: CollectionTimes,
): Promise<void> {
  await db.run(sql`
    UPDATE manifests
      SET released_at = NULL, unused_since = max(overwritten_at, coalesce(last_used_at, 0))
      WHERE id IN (SELECT m.id FROM ${stillExpired(idsJson(manifests), times)})`);
}

/**
 * Deletes manifests that nothing uses still, with their accessories, and releases what they listed
 * and what referred to them: that goes once nothing else needs it.
 * @param atOnce whether blobs go with the last manifest that named them, without a grace period
 */
export async function deleteReleased(
  db: Database,
  manifests: readonly ReleasedManifest[],
  times: CollectionTimes,
  atOnce: boolean,
  deleting: Deleting,
): Promise<void> {
  const ids = idsJson(manifests);
  const links = atOnce ? await listLinks(db, ids) : [];
  await runBatch(db, [
    ...releaseDependents(stillExpired(ids, times), deleting.now),
    ...deleteAccessories(stillExpired(ids, times), deleting.now),
    ...deleteManifestsStatements(
      sql`id IN (SELECT m.id FROM ${stillExpired(ids, times)})`,
      deleting,
    ),
    ...(links.length > 0 ? deleteLinks(links, deleting) : []),
  ]);
}

/** [blob id, image id] */
type LinkKey = readonly [number, number];

async function listLinks(db: Database, ids: string): Promise<LinkKey[]> {
  const rows = await db.all<{ blobId: number; imageId: number }>(sql`
    SELECT DISTINCT b.blob_id AS blobId, b.image_id AS imageId
      FROM json_each(${ids}) AS n CROSS JOIN manifest_blobs AS b ON b.manifest_id = n.value
      LIMIT ${MAX_LINKS}`);
  return rows.map(({ blobId, imageId }) => [blobId, imageId]);
}

function deleteLinks(links: readonly LinkKey[], deleting: Deleting): SQL[] {
  return [
    sql`
      DELETE FROM image_blobs AS l WHERE ${IS_UNUSED_LINK} AND (l.blob_id, l.image_id) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(${JSON.stringify(links)}))`,
    ...deleteBlobsStatements(JSON.stringify(links.map(([blobId]) => blobId)), deleting),
  ];
}

/** Accessories of these manifests: tags `t` of the image, and those in the trash with their subject. */
const accessories = (going: SQL, columns: SQL): SQL => sql`
  SELECT ${columns} FROM ${going} CROSS JOIN tags AS t INDEXED BY tags_by_subject
    ON t.image_id = m.image_id AND t.subject = ${subjectKey(sql`m.digest`)}
      AND t.subject IS NOT NULL
    WHERE NOT ${isImmutable('t')}`;
const trashedAccessories = (going: SQL, columns: SQL): SQL => sql`
  SELECT ${columns} FROM ${going} CROSS JOIN trashed_tags AS g INDEXED BY trashed_tags_with_subject
    ON g.image_id = m.image_id AND g.subject = ${subjectKey(sql`m.digest`)}
      AND g.with_subject = 1`;

/** Who deletes what is attached to a manifest that goes; no user can have this name. */
const COLLECTION_ACTOR = 'garbage collection';

/** The statements that delete the accessories of manifests. */
function deleteAccessories(going: SQL, now: number): SQL[] {
  return [
    sql`
      INSERT INTO tag_history (image_id, tag, id, manifest_digest, changed_at, changed_by)
        ${accessories(
          going,
          sql`t.image_id, t.name, 1 + coalesce((
            SELECT max(id) FROM tag_history WHERE image_id = t.image_id AND tag = t.name), 0),
          NULL, ${now}, ${COLLECTION_ACTOR}`,
        )}`,
    sql`
      DELETE FROM tags
        WHERE (image_id, name) IN (${accessories(going, sql`t.image_id, t.name`)})`,
    sql`DELETE FROM trashed_tags WHERE id IN (${trashedAccessories(going, sql`g.id`)})`,
  ];
}

/** What is in the trash by itself is not released: it is kept until it leaves the trash. */
function releaseDependents(going: SQL, now: number): SQL[] {
  const release = (which: SQL): SQL => sql`
    UPDATE manifests SET released_at = ${now}, released_by_age = d.by_age
      FROM (SELECT id, max(by_age) AS by_age FROM (${which}) GROUP BY 1) AS d
      WHERE manifests.id = d.id AND released_at IS NULL AND deleted_at IS NULL`;
  return [
    release(sql`
      SELECT c.child_id AS id, m.released_by_age AS by_age
        FROM ${going} CROSS JOIN manifest_children AS c ON c.parent_id = m.id`),
    release(sql`
      SELECT r.id, m.released_by_age AS by_age
        FROM ${going} CROSS JOIN manifests AS r INDEXED BY manifests_by_subject
          ON r.image_id = m.image_id AND r.subject_digest = m.digest
            AND r.subject_digest IS NOT NULL`),
    release(accessories(going, sql`t.manifest_id AS id, m.released_by_age AS by_age`)),
    release(trashedAccessories(going, sql`g.manifest_id AS id, m.released_by_age AS by_age`)),
  ];
}

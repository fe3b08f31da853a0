import { type SQL, sql } from 'drizzle-orm';
import { IS_RELEASED, inWorkspace, isKeptByHistory } from '../collectable.ts';
import { type Database, readBooleans, runBatch, type StoredRow } from '../database.ts';
import {
  type Deleting,
  deleteBlobsStatements,
  deleteManifestsStatements,
} from './delete-unused.ts';

/** Links deleted together with the manifests of one slice; any others wait for the grace period. */
const MAX_LINKS = 20_000;

/**
 * A released manifest (see docs/architecture.md) that nothing uses: only the history of a tag may
 * still keep it.
 */
export interface ReleasedManifest {
  readonly id: number;
  readonly digest: string;
  readonly releasedAt: number;
  /** Whether the history of a tag keeps it, by the policy of its workspace. */
  readonly isKept: boolean;
}

/** Position in the list of released manifests: [releasedAt, id]. */
export type ReleasedKey = readonly [number, number];

/** Which released manifests a collection reads. */
export interface ReleasedFilter {
  /** Null: of every workspace. */
  readonly workspaceId: number | null;
  /** Only those that nothing has used since before this time, ms. */
  readonly unusedBefore: number;
  /** The time at which policies are evaluated, ms. */
  readonly now: number;
}

/** Unused released manifests in the order of their release, starting after `after`. */
export async function listReleased(
  db: Database,
  { workspaceId, unusedBefore, now }: ReleasedFilter,
  after: ReleasedKey,
  limit: number,
): Promise<ReleasedManifest[]> {
  const rows = await db.all<StoredRow<ReleasedManifest>>(sql`
    SELECT m.id, m.digest, m.released_at AS releasedAt, ${isKeptByHistory(now)} AS isKept
      FROM manifests AS m INDEXED BY manifests_released
        CROSS JOIN workspaces AS w ON w.id = m.workspace_id
      WHERE ${IS_RELEASED} AND (m.released_at, m.id) > (${after[0]}, ${after[1]})
        AND m.unused_since < ${unusedBefore} AND ${inWorkspace(sql`m.workspace_id`, workspaceId)}
      ORDER BY m.released_at, m.id LIMIT ${limit}`);
  return rows.map((row) => readBooleans(row, ['isKept']));
}

const idsJson = (manifests: readonly ReleasedManifest[]): string =>
  JSON.stringify(manifests.map(({ id }) => id));

/** The condition that a manifest is one of these, and still released and unused. */
const stillUnused = (ids: string): SQL => sql`
  id IN (SELECT m.id FROM json_each(${ids}) AS n CROSS JOIN manifests AS m ON m.id = n.value
    WHERE ${IS_RELEASED})`;

/** Takes back the release of manifests: as untagged content, unused since a tag moved on. */
export async function keepReleased(
  db: Database,
  manifests: readonly ReleasedManifest[],
): Promise<void> {
  await db.run(sql`
    UPDATE manifests SET released_at = NULL, unused_since = overwritten_at
      WHERE ${stillUnused(idsJson(manifests))}`);
}

/**
 * Deletes those of these manifests that are still unused, and releases their children and
 * referrers, which are deleted once nothing else uses them.
 * @param atOnce whether blobs that no other manifest names are deleted without a grace period
 */
export async function deleteReleased(
  db: Database,
  manifests: readonly ReleasedManifest[],
  atOnce: boolean,
  deleting: Deleting,
): Promise<void> {
  const ids = idsJson(manifests);
  const links = atOnce ? await listLinks(db, ids) : [];
  await runBatch(db, [
    ...releaseDependents(ids, deleting.now),
    ...deleteManifestsStatements(stillUnused(ids), deleting),
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
      DELETE FROM image_blobs WHERE uses = 0 AND (blob_id, image_id) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(${JSON.stringify(links)}))`,
    ...deleteBlobsStatements(JSON.stringify(links.map(([blobId]) => blobId)), deleting),
  ];
}

/** A manifest that is itself in the trash is not released: the trash keeps it. */
function releaseDependents(ids: string, now: number): SQL[] {
  const release = (which: SQL): SQL => sql`
    UPDATE manifests SET released_at = ${now}
      WHERE released_at IS NULL AND deleted_at IS NULL AND id IN (${which})`;
  const going = sql`json_each(${ids}) AS n CROSS JOIN manifests AS m
    ON m.id = n.value AND ${IS_RELEASED}`;
  return [
    release(sql`
      SELECT c.child_id FROM ${going} CROSS JOIN manifest_children AS c ON c.parent_id = m.id`),
    release(sql`
      SELECT r.id FROM ${going} CROSS JOIN manifests AS r INDEXED BY manifests_by_subject
        ON r.image_id = m.image_id AND r.subject_digest = m.digest
          AND r.subject_digest IS NOT NULL`),
  ];
}

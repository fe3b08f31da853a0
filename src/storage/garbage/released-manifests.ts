import { type SQL, sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';
import { type Freeing, freeBlobs, freeManifests } from './delete-unused.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Links that are dropped at once with the manifests of one slice; others wait for their grace. */
const MAX_LINKS = 20_000;

/** A manifest that nothing uses and nothing protects but perhaps its history. */
export interface ReleasedManifest {
  readonly imageId: number;
  readonly digest: string;
  readonly releasedAt: number;
  readonly rowid: number;
  /** Whether the history of a tag keeps it, by the policy of its workspace. */
  readonly isKept: 0 | 1;
}

/** Where a walk through them stands: [releasedAt, rowid]. */
export type ReleasedKey = readonly [number, number];

/** Which of them a collection looks at. */
export interface ReleasedFilter {
  /** Null: of every workspace. */
  readonly workspaceId: number | null;
  /** Only what nothing has used since before this, ms. */
  readonly unusedBefore: number;
  /** The time by which policies are reckoned. */
  readonly now: number;
}

/** Released manifests that nothing uses, in the order they were released in, behind `after`. */
export async function listReleased(
  db: Database,
  { workspaceId, unusedBefore, now }: ReleasedFilter,
  after: ReleasedKey,
  limit: number,
): Promise<ReleasedManifest[]> {
  const place = workspaceId === null ? sql`1` : sql`m.workspace_id = ${workspaceId}`;
  return await db.all<ReleasedManifest>(sql`
    SELECT m.image_id AS imageId, m.digest, m.released_at AS releasedAt, m.rowid AS rowid,
        m.overwritten_at IS NOT NULL AND m.deleted_at IS NULL AND w.deleted_at IS NULL
          AND (w.untagged_days IS NULL OR m.overwritten_at + w.untagged_days * ${DAY} > ${now})
          AS isKept
      FROM manifests AS m INDEXED BY manifests_released
        LEFT JOIN workspaces AS w ON w.id = m.workspace_id
      WHERE m.uses = 0 AND m.released_at IS NOT NULL AND (m.released_at, m.rowid) > (${after[0]}, ${after[1]})
        AND m.unused_since < ${unusedBefore} AND ${place}
      ORDER BY m.released_at, m.rowid LIMIT ${limit}`);
}

const names = (manifests: readonly ReleasedManifest[]): string =>
  JSON.stringify(manifests.map(({ imageId, digest }) => [imageId, digest]));

/** That a row (`alias`) is one of those named, and still nothing uses it. */
const isGone = (json: string, alias: SQL = sql``): SQL => sql`
  (${alias}image_id, ${alias}digest) IN (
    SELECT value ->> 0, value ->> 1 FROM json_each(${json}))
  AND ${alias}uses = 0 AND ${alias}released_at IS NOT NULL`;

/** Leaves manifests to the policy on content without a tag, from when a tag moved on. */
export async function keepReleased(
  db: Database,
  manifests: readonly ReleasedManifest[],
): Promise<void> {
  const json = names(manifests);
  await db.run(sql`
    UPDATE manifests SET released_at = NULL, unused_since = overwritten_at WHERE ${isGone(json)}`);
}

/**
 * Drops manifests that still nothing uses, and releases what they listed and what referred to
 * them: that goes once nothing else needs it.
 * @param atOnce whether blobs go with the last manifest that named them, without a grace period
 */
export async function dropReleased(
  db: Database,
  manifests: readonly ReleasedManifest[],
  atOnce: boolean,
  freeing: Freeing,
): Promise<void> {
  const json = names(manifests);
  const links = atOnce ? await listLinks(db, json) : [];
  await runBatch(db, [
    ...releaseDependents(json, freeing.now),
    ...freeManifests(isGone(json), freeing),
    ...(links.length > 0 ? dropLinks(links, freeing) : []),
  ]);
}

async function listLinks(db: Database, json: string): Promise<(readonly [number, string])[]> {
  const rows = await db.all<{ imageId: number; digest: string }>(sql`
    SELECT DISTINCT b.image_id AS imageId, b.blob_digest AS digest
      FROM json_each(${json}) AS gone CROSS JOIN manifest_blobs AS b
        ON b.image_id = gone.value ->> 0 AND b.manifest_digest = gone.value ->> 1
      LIMIT ${MAX_LINKS}`);
  return rows.map(({ imageId, digest }) => [imageId, digest]);
}

function dropLinks(links: readonly (readonly [number, string])[], freeing: Freeing): SQL[] {
  return [
    sql`
      DELETE FROM image_blobs WHERE uses = 0 AND (image_id, digest) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(${JSON.stringify(links)}))`,
    ...freeBlobs(JSON.stringify(links.map(([, digest]) => digest)), freeing),
  ];
}

/** What lies in the trash by itself is not released: it is kept until it leaves the trash. */
function releaseDependents(json: string, now: number): SQL[] {
  const release = (which: SQL): SQL => sql`
    UPDATE manifests SET released_at = ${now}
      WHERE released_at IS NULL AND deleted_at IS NULL AND (image_id, digest) IN (${which})`;
  const gone = sql`json_each(${json}) AS gone CROSS JOIN manifests AS m
    ON m.image_id = gone.value ->> 0 AND m.digest = gone.value ->> 1
      AND m.uses = 0 AND m.released_at IS NOT NULL`;
  return [
    release(sql`
      SELECT c.image_id, c.child_digest FROM ${gone} CROSS JOIN manifest_children AS c
        ON c.image_id = m.image_id AND c.parent_digest = m.digest`),
    release(sql`
      SELECT r.image_id, r.digest FROM ${gone} CROSS JOIN manifests AS r
        INDEXED BY manifests_by_subject
        ON r.image_id = m.image_id AND r.subject_digest = m.digest
          AND r.subject_digest IS NOT NULL`),
  ];
}

import { sql } from 'drizzle-orm';
import type { PullDay, TagLife } from '../../domain/retention-backtest.ts';
import type { Database } from '../database.ts';

/** An image, and the number of rows of its history. */
export interface ImagePast {
  readonly id: number;
  readonly name: string;
  /** Its tags, tag changes and pulls; the latter two are counted up to `most` each. */
  readonly rows: number;
}

/**
 * Images of a workspace by name, starting after `after`, each with the number of rows of its tags,
 * its tag changes, and its pulls since `fromDay`.
 */
export async function listImagePasts(
  db: Database,
  workspaceId: number,
  after: string,
  { fromDay, most, limit }: { fromDay: number; most: number; limit: number },
): Promise<ImagePast[]> {
  return await db.all<ImagePast>(sql`
    SELECT i.id, i.name, i.versions + i.accessories
        + (SELECT count(*) FROM (SELECT 1 FROM tag_history WHERE image_id = i.id LIMIT ${most}))
        + (SELECT count(*) FROM (SELECT 1 FROM pulls_by_day
            WHERE image_id = i.id AND day >= ${fromDay} LIMIT ${most})) AS rows
      FROM (SELECT id, name, versions, accessories FROM images INDEXED BY images_by_name
          WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL AND name > ${after}
          ORDER BY name LIMIT ${limit}) AS i
      ORDER BY i.name`);
}

/** A time during which a tag of an image pointed at one manifest. */
export type ImageTagLife = TagLife & { readonly imageId: number };
export type ImagePullDay = PullDay & { readonly imageId: number };

/**
 * What the tags of some images pointed at since a time (ms). Pushing the same manifest to a tag
 * again is no change and has no row; the tag itself has the time of the last such push. A version
 * that was restored from the trash begins again at the time of its deletion.
 */
export async function listTagLives(
  db: Database,
  imageIds: readonly number[],
  since: number,
): Promise<ImageTagLife[]> {
  const ids = sql`json_each(${JSON.stringify(imageIds)})`;
  return await db.all<ImageTagLife>(sql`
    WITH changes AS (
      SELECT h.id, h.image_id, h.tag, h.manifest_digest, h.changed_at
        FROM ${ids} AS i CROSS JOIN tag_history AS h ON h.image_id = i.value
      UNION ALL
      SELECT ${Number.MAX_SAFE_INTEGER}, t.image_id, t.name, m.digest, t.updated_at
        FROM ${ids} AS i CROSS JOIN tags AS t ON t.image_id = i.value
          CROSS JOIN manifests AS m ON m.id = t.manifest_id),
    in_order AS (
      SELECT *, max(changed_at) OVER (PARTITION BY image_id, tag ORDER BY id) AS at FROM changes)
    SELECT * FROM (
      SELECT image_id AS imageId, tag, manifest_digest AS digest, at AS pushedAt,
          lead(at) OVER (PARTITION BY image_id, tag ORDER BY id) AS until
        FROM in_order)
      WHERE digest IS NOT NULL AND (until IS NULL OR until >= ${since} AND until > pushedAt)`);
}

/** Pulls of some images since a day. */
export async function listPullsOf(
  db: Database,
  imageIds: readonly number[],
  fromDay: number,
): Promise<ImagePullDay[]> {
  return await db.all<ImagePullDay>(sql`
    SELECT p.image_id AS imageId, p.reference, p.day, p.pulls
      FROM json_each(${JSON.stringify(imageIds)}) AS i
        CROSS JOIN pulls_by_day AS p ON p.image_id = i.value AND p.day >= ${fromDay}`);
}

import { sql } from 'drizzle-orm';
import type { PullDay, TagLife } from '../../domain/retention-backtest.ts';
import type { Database } from '../database.ts';

/** An image, and how many rows tell of its past. */
export interface ImagePast {
  readonly id: number;
  readonly name: string;
  /** At most one more than was asked for. */
  readonly rows: number;
}

/**
 * Images of a workspace by name, behind a name, each with the number of rows that tell of its
 * tags, and of its pulls from a day on, counted up to `most` each.
 */
export async function listImagePasts(
  db: Database,
  workspaceId: number,
  after: string,
  { fromDay, most, limit }: { fromDay: number; most: number; limit: number },
): Promise<ImagePast[]> {
  return await db.all<ImagePast>(sql`
    SELECT i.id, i.name, i.versions
        + (SELECT count(*) FROM (SELECT 1 FROM tag_history WHERE image_id = i.id LIMIT ${most}))
        + (SELECT count(*) FROM (SELECT 1 FROM pulls_by_day
            WHERE image_id = i.id AND day >= ${fromDay} LIMIT ${most})) AS rows
      FROM (SELECT id, name, versions FROM images INDEXED BY images_by_name
          WHERE workspace_id = ${workspaceId} AND deleted_at IS NULL AND name > ${after}
          ORDER BY name LIMIT ${limit}) AS i
      ORDER BY i.name`);
}

/** What happened to a tag of an image. */
export type ImageTagLife = TagLife & { readonly imageId: number };
export type ImagePullDay = PullDay & { readonly imageId: number };

/**
 * What the tags of some images pointed at since a time (ms). A push of what a tag points at
 * already is no change and has no row: of these the last is told by the tag itself. A version
 * that came back from the trash begins again when it had gone there.
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

/** Pulls of some images from a day on. */
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

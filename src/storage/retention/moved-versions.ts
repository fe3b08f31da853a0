/** Versions that rules have moved to the trash, and that turn out to have been used. */
import { type SQL, sql } from 'drizzle-orm';
import { HOUR_MS } from '../../domain/time.ts';
import { IS_RESTORABLE } from '../collectable.ts';
import type { Database } from '../database.ts';
import { LAST_USED } from '../last-use.ts';
import type { TrashedVersion } from '../trash/restore.ts';

/** Who moved versions to the trash, and since when, ms. */
export interface MovedBy {
  readonly actor: string;
  readonly since: number;
}

/** Tags `g` in the trash by rules that keep what is used, and their manifests `m`. */
const moved = ({ actor, since }: MovedBy): SQL => sql`
  trash AS t INDEXED BY trash_by_time
    CROSS JOIN workspaces AS w
      ON w.id = t.workspace_id AND w.retention ->> '$.keepDays' IS NOT NULL
    CROSS JOIN trashed_tags AS g ON g.id = t.trashed_tag_id
    CROSS JOIN manifests AS m ON m.id = g.manifest_id
  WHERE t.kind = 'version' AND t.deleted_at >= ${since} AND t.deleted_by = ${actor}
    AND ${IS_RESTORABLE}`;

/** The images of such versions. */
export async function listImagesWithMoved(
  db: Database,
  by: MovedBy,
  limit: number,
): Promise<number[]> {
  const rows = await db.all<{ id: number }>(sql`
    SELECT DISTINCT t.image_id AS id FROM ${moved(by)} LIMIT ${limit}`);
  return rows.map(({ id }) => id);
}

/**
 * Those of such versions that were used when they were moved. A rule keeps what was used for a day
 * at least, so it did not know of that use. The last use is known by its hour.
 */
export async function listUsedWhenMoved(
  db: Database,
  by: MovedBy,
  limit: number,
): Promise<TrashedVersion[]> {
  const rows = await db.all<Omit<TrashedVersion, 'tag'> & { trashedTagId: number; name: string }>(
    sql`
      SELECT t.id AS trashId, t.image_id AS imageId, t.digest, g.id AS trashedTagId, g.name
        FROM ${moved(by)} AND ${LAST_USED} >= t.deleted_at - ${HOUR_MS} LIMIT ${limit}`,
  );
  return rows.map(({ trashedTagId, name, ...rest }) => ({ ...rest, tag: { trashedTagId, name } }));
}

import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { AccessLevel, ProjectRules } from '../../domain/roles.ts';
import { TRASH_KINDS, type TrashKind } from '../../domain/trash.ts';
import { IS_RESTORABLE } from '../collectable.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';

/** Something in the trash that can still be restored, with the rules of its project. */
export interface TrashRecord extends ProjectRules {
  readonly id: number;
  readonly kind: TrashKind;
  readonly projectId: number;
  readonly workspaceId: number;
  readonly workspace: string;
  readonly access: AccessLevel;
  readonly imageId: number | null;
  readonly image: string | null;
  readonly trashedTagId: number | null;
  readonly tag: string | null;
  readonly digest: Digest | null;
  /** Bytes of its content. */
  readonly size: number;
  /** Of a workspace and of an image: what went with it. */
  readonly images: number | null;
  readonly versions: number | null;
  readonly deletedAt: number;
  readonly deletedBy: string;
  /** Whether what it belongs to is in the trash itself. */
  readonly workspaceDeleted: 0 | 1;
  readonly imageDeleted: 0 | 1;
}

const readRecord = (row: StoredRow<TrashRecord>): TrashRecord =>
  readBooleans(row, ['robotDeletes', 'ownersOnly']);

const COLUMNS = sql`
  t.id, t.kind, t.project_id AS projectId, w.id AS workspaceId, w.name AS workspace, w.access,
  i.id AS imageId, i.name AS image, g.id AS trashedTagId, g.name AS tag, t.digest,
  CASE t.kind WHEN 'workspace' THEN w.size WHEN 'image' THEN i.size
    ELSE coalesce(m.content_size, 0) END AS size,
  iif(t.kind = 'workspace', w.image_count, NULL) AS images,
  iif(t.kind = 'image', i.versions, NULL) AS versions,
  t.deleted_at AS deletedAt, t.deleted_by AS deletedBy,
  o.robot_deletes AS robotDeletes, o.owners_only AS ownersOnly,
  w.deleted_at IS NOT NULL AS workspaceDeleted, i.deleted_at IS NOT NULL AS imageDeleted`;

const THINGS = sql`
  CROSS JOIN workspaces AS w ON w.id = t.workspace_id
  CROSS JOIN projects AS o ON o.id = t.project_id
  LEFT JOIN images AS i ON i.id = t.image_id
  LEFT JOIN trashed_tags AS g ON g.id = t.trashed_tag_id
  LEFT JOIN manifests AS m ON m.image_id = t.image_id AND m.digest = t.digest`;

/** Something in the trash; null when it is not there, or is purged. */
export async function findTrash(
  db: Database,
  kind: TrashKind,
  id: number,
): Promise<TrashRecord | null> {
  const [row] = await db.all<StoredRow<TrashRecord>>(sql`
    SELECT ${COLUMNS} FROM trash AS t ${THINGS}
      WHERE t.id = ${id} AND t.kind = ${kind} AND ${IS_RESTORABLE}`);
  return row ? readRecord(row) : null;
}

/** Which part of the trash a list shows. */
export interface TrashFilter {
  readonly projectIds: readonly number[] | 'all';
  /** Names of the only workspaces that count; null: all. */
  readonly names: readonly string[] | null;
  /** Only of workspaces of this name, in the trash or not. */
  readonly workspace: string | null;
  readonly kind: TrashKind | null;
}

/** Where something stands in the trash: [deletedAt, id]. */
export type TrashKey = readonly [number, number];

/**
 * What lies in the trash, the latest first, behind `after` (null: from the start). An index
 * has each kind of each project in order; this merges the first of all of them, so a page of L
 * entries reads at most L rows for each.
 */
export async function listTrash(
  db: Database,
  { projectIds, names, workspace, kind }: TrashFilter,
  after: TrashKey | null,
  limit: number,
): Promise<TrashRecord[]> {
  const kinds = JSON.stringify(kind === null ? TRASH_KINDS : [kind]);
  const [at, id] = after ?? [Number.MAX_SAFE_INTEGER, 0];
  const { places, condition } = placesOf(projectIds, workspace);
  const named = json(names, (list) => sql`w.name IN (${list})`);
  const rows = await db.all<StoredRow<TrashRecord>>(sql`
    SELECT ${COLUMNS} FROM (${places}) AS p CROSS JOIN json_each(${kinds}) AS k
        CROSS JOIN trash AS t ON t.id IN (
          SELECT t.id FROM trash AS t
            WHERE ${condition} AND t.kind = k.value AND ${IS_RESTORABLE}
              AND (t.deleted_at, t.id) < (${at}, ${id})
            ORDER BY t.deleted_at DESC, t.id DESC LIMIT ${limit})
        ${THINGS}
      WHERE ${named} AND ${json(projectIds, (list) => sql`t.project_id IN (${list})`)}
      ORDER BY t.deleted_at DESC, t.id DESC LIMIT ${limit}`);
  return rows.map(readRecord);
}

/** Where to look, and how a row of the trash belongs there. */
function placesOf(projectIds: readonly number[] | 'all', workspace: string | null) {
  if (workspace !== null) {
    const places = sql`
      SELECT id AS value FROM workspaces WHERE name = ${workspace} AND deleted_at IS NULL
      UNION ALL
      SELECT id FROM workspaces WHERE name = ${workspace} AND deleted_at IS NOT NULL`;
    return { places, condition: sql`t.workspace_id = p.value` };
  }
  if (projectIds === 'all') return { places: sql`SELECT 1 AS value`, condition: sql`1` };
  return {
    places: sql`SELECT value FROM json_each(${JSON.stringify(projectIds)})`,
    condition: sql`t.project_id = p.value`,
  };
}

function json(
  values: readonly (string | number)[] | 'all' | null,
  condition: (list: SQL) => SQL,
): SQL {
  if (values === null || values === 'all') return sql`1`;
  return condition(sql`SELECT value FROM json_each(${JSON.stringify(values)})`);
}

/**
 * Ends the time in which something can be restored; false when it is not there any more.
 * @throws refusal tag_immutable while immutable versions keep it (see refusalOf)
 */
export async function markPurged(db: Database, id: number, now: number): Promise<boolean> {
  const rows = await db.all(sql`
    UPDATE trash AS t SET purged_at = ${now} WHERE t.id = ${id} AND ${IS_RESTORABLE} RETURNING id`);
  return rows.length > 0;
}

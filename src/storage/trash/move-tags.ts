import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import { accessoriesUnreached } from '../accessories.ts';
import { type Database, runBatch } from '../database.ts';

/**
 * The statements that move the tags for which `where`, a condition on `tags`, holds to the trash;
 * each answers their names. Both must run in one transaction.
 * @param withSubject whether they are accessories that go with their subject
 * @throws refusal tag_immutable if one of them is immutable (see refusalOf)
 */
export function moveTagsStatements(
  where: SQL,
  deletedBy: string,
  now: number,
  withSubject = false,
): [SQL, SQL] {
  return [
    sql`
      INSERT INTO trashed_tags
          (image_id, name, manifest_id, created_at, updated_at, updated_by, deleted_at, deleted_by,
            subject, with_subject)
        SELECT image_id, name, manifest_id, created_at, updated_at, updated_by, ${now},
            ${deletedBy}, subject, ${withSubject ? 1 : 0}
          FROM tags WHERE ${where} RETURNING name`,
    sql`DELETE FROM tags WHERE ${where} RETURNING name`,
  ];
}

/**
 * The statements that move to the trash the accessories that go with these manifests, after tags
 * of them were moved there: those whose subject no tag reaches any more.
 * @param ids a query of manifest ids, as `id`
 */
export function moveAccessoriesStatements(ids: SQL, deletedBy: string, now: number): [SQL, SQL] {
  const which = sql`(image_id, name) IN (${accessoriesUnreached(sql`a.image_id, a.name`, ids)})`;
  return moveTagsStatements(which, deletedBy, now, true);
}

/** The result of moving tags to the trash. */
export interface MovedTags {
  /** The trash id of each tag that was moved, by name. */
  readonly moved: ReadonlyMap<string, number>;
  /** Tags that stayed, because a rule of the workspace makes them immutable. */
  readonly immutable: readonly string[];
}

/**
 * Moves tags of an image to the trash, except immutable ones, with what was attached to what they
 * reached alone. Their manifests stay.
 * @param at the digest that they have to point at; null: any
 */
export async function moveTagsToTrash(
  db: Database,
  imageId: number,
  names: readonly string[],
  deletedBy: string,
  now: number,
  at: Digest | null = null,
): Promise<MovedTags> {
  const named = sql`image_id = ${imageId}
    AND name IN (SELECT value FROM json_each(${JSON.stringify(names)}))
    ${
      at === null
        ? sql``
        : sql`AND manifest_id = (
      SELECT id FROM manifests WHERE image_id = ${imageId} AND digest = ${at})`
    }`;
  const protecting = sql`
    SELECT name FROM immutable_tags AS p WHERE p.image_id = tags.image_id AND p.name = tags.name`;
  const trashed = sql`
    images AS i
      CROSS JOIN trash AS t ON t.workspace_id = i.workspace_id AND t.kind = 'version'
        AND t.deleted_at = ${now} AND t.image_id = i.id
      CROSS JOIN trashed_tags AS g ON g.id = t.trashed_tag_id
      WHERE i.id = ${imageId}`;
  const [immutable = [], , moved = [], rows = []] = await runBatch(db, [
    sql`SELECT name FROM tags WHERE ${named} AND EXISTS (${protecting})`,
    ...moveTagsStatements(sql`${named} AND NOT EXISTS (${protecting})`, deletedBy, now),
    sql`SELECT g.name, t.id FROM ${trashed} ORDER BY t.id`,
    ...moveAccessoriesStatements(
      sql`SELECT g.manifest_id AS id FROM ${trashed} AND i.accessories > 0`,
      deletedBy,
      now,
    ),
  ]);
  const ids = new Map(rows.map(({ name, id }) => [String(name), Number(id)]));
  return {
    moved: new Map(moved.map(({ name }) => [String(name), ids.get(String(name)) as number])),
    immutable: immutable.map(({ name }) => String(name)),
  };
}

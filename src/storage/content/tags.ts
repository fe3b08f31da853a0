import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Tag } from '../../domain/names.ts';
import type { Page } from '../../domain/paging.ts';
import { type Database, runBatch } from '../database.ts';
import { tags } from '../schema.ts';
import { findTrashedTags } from '../trash/trash.ts';

/** The statement that points a tag at a manifest; its history is written by a trigger. */
export function putTag(
  db: Database,
  imageId: number,
  tag: Tag,
  digest: Digest,
  by: string,
  now: number,
) {
  return db
    .insert(tags)
    .values({
      imageId,
      name: tag,
      manifestDigest: digest,
      createdAt: now,
      updatedAt: now,
      updatedBy: by,
    })
    .onConflictDoUpdate({
      target: [tags.imageId, tags.name],
      set: { manifestDigest: digest, updatedAt: now, updatedBy: by },
    });
}

/** Tags of an image in ASCII order, behind `page.last`. */
export async function listTags(db: Database, imageId: number, page: Page): Promise<string[]> {
  const rows = await db
    .select({ name: tags.name })
    .from(tags)
    .where(and(eq(tags.imageId, imageId), gt(tags.name, page.last)))
    .orderBy(asc(tags.name))
    .limit(page.limit);
  return rows.map((row) => row.name);
}

/**
 * The statements that move tags to the trash, all for which a condition on `tags` holds; the
 * second answers their names. Both have to run in one transaction.
 * @throws refusal tag_immutable when one of them is protected
 */
export function trashStatements(where: SQL, deletedBy: string, now: number): [SQL, SQL] {
  return [
    sql`
      INSERT INTO trashed_tags
          (image_id, name, manifest_digest, created_at, updated_at, updated_by, pulls,
            last_pulled_at, deleted_at, deleted_by)
        SELECT image_id, name, manifest_digest, created_at, updated_at, updated_by, pulls,
            last_pulled_at, ${now}, ${deletedBy}
          FROM tags WHERE ${where} RETURNING id, name`,
    sql`DELETE FROM tags WHERE ${where} RETURNING name`,
  ];
}

/** Tags that were to be moved to the trash. */
export interface TrashedTags {
  /** By name, the rows in the trash of those that are there now. */
  readonly trashed: ReadonlyMap<string, number>;
  /** Those that a rule of the workspace protects, which stayed. */
  readonly immutable: readonly string[];
}

/** Moves tags to the trash, those that are there and may go. What they point at stays. */
export async function trashTags(
  db: Database,
  imageId: number,
  names: readonly string[],
  deletedBy: string,
  now: number,
): Promise<TrashedTags> {
  const named = sql`image_id = ${imageId}
    AND name IN (SELECT value FROM json_each(${JSON.stringify(names)}))`;
  const protecting = sql`
    SELECT name FROM immutable_tags AS p WHERE p.image_id = tags.image_id AND p.name = tags.name`;
  const [kept = [], inserted = []] = await runBatch(db, [
    sql`SELECT name FROM tags WHERE ${named} AND EXISTS (${protecting})`,
    ...trashStatements(sql`${named} AND NOT EXISTS (${protecting})`, deletedBy, now),
  ]);
  const ids = inserted.map((row) => Number(row.id));
  const found = ids.length > 0 ? await findTrashedTags(db, ids) : new Map<number, number>();
  return {
    trashed: new Map(inserted.map(({ id, name }) => [String(name), found.get(Number(id)) ?? 0])),
    immutable: kept.map((row) => String(row.name)),
  };
}

/** Those of some tags of an image that a rule of its workspace protects. */
export async function listImmutableTags(
  db: Database,
  imageId: number,
  names: readonly string[],
): Promise<string[]> {
  const rows = await db.all<{ name: string }>(sql`
    SELECT name FROM immutable_tags WHERE image_id = ${imageId}
      AND name IN (SELECT value FROM json_each(${JSON.stringify(names)}))`);
  return rows.map((row) => row.name);
}

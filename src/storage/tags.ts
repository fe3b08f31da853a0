import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { Digest } from '../domain/digest.ts';
import type { Tag } from '../domain/names.ts';
import type { Page } from '../domain/paging.ts';
import { type Database, runBatch } from './database.ts';
import { tags } from './schema.ts';
import { findTrashedTags } from './trash.ts';

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
 * Moves tags to the trash; answers the rows in the trash of those that were there, by tag. What
 * they point at stays.
 */
export async function trashTags(
  db: Database,
  imageId: number,
  names: readonly string[],
  deletedBy: string,
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const named = sql`image_id = ${imageId}
    AND name IN (SELECT value FROM json_each(${JSON.stringify(names)}))`;
  const [trashed = []] = await runBatch(db, [
    sql`
      INSERT INTO trashed_tags
          (image_id, name, manifest_digest, created_at, updated_at, updated_by, pulls,
            last_pulled_at, deleted_at, deleted_by)
        SELECT image_id, name, manifest_digest, created_at, updated_at, updated_by, pulls,
            last_pulled_at, ${now}, ${deletedBy}
          FROM tags WHERE ${named}
        RETURNING id, name`,
    sql`DELETE FROM tags WHERE ${named}`,
  ]);
  const found = await findTrashedTags(
    db,
    trashed.map((row) => Number(row.id)),
  );
  return new Map(trashed.map((row) => [String(row.name), found.get(Number(row.id)) ?? 0]));
}

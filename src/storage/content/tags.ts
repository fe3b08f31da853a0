import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Tag } from '../../domain/names.ts';
import type { PageRequest } from '../../domain/paging.ts';
import { tagSubject } from '../accessories.ts';
import type { Database, RowId } from '../database.ts';
import { tags } from '../schema.ts';

/** An absent manifest has no id, which the column refuses (see refusalOf). */
const manifestId = (imageId: RowId, digest: Digest): SQL => sql`
  (SELECT id FROM manifests WHERE image_id = ${imageId} AND digest = ${digest})`;

/** The statement that points a tag at a manifest; a trigger writes its history. */
export function putTag(
  db: Database,
  imageId: RowId,
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
      manifestId: manifestId(imageId, digest),
      createdAt: now,
      updatedAt: now,
      updatedBy: by,
      subject: tagSubject(imageId, tag, digest),
    })
    .onConflictDoUpdate({
      target: [tags.imageId, tags.name],
      set: {
        manifestId: sql`excluded.manifest_id`,
        updatedAt: now,
        updatedBy: by,
        subject: sql`excluded.subject`,
      },
    });
}

/** All tags of an image, accessories too, in ASCII order, starting after `page.last`. */
export async function listTags(
  db: Database,
  imageId: number,
  page: PageRequest,
): Promise<string[]> {
  const rows = await db
    .select({ name: tags.name })
    .from(tags)
    .where(and(eq(tags.imageId, imageId), gt(tags.name, page.last)))
    .orderBy(asc(tags.name))
    .limit(page.limit);
  return rows.map((row) => row.name);
}

/** The immutable tags of an image that point at a manifest. */
export async function listImmutableTagsOf(
  db: Database,
  imageId: number,
  digest: Digest,
): Promise<string[]> {
  const rows = await db.all<{ name: string }>(sql`
    SELECT t.name FROM tags AS t CROSS JOIN immutable_tags AS p
        ON p.image_id = t.image_id AND p.name = t.name
      WHERE t.image_id = ${imageId} AND t.manifest_id = ${manifestId(imageId, digest)} LIMIT 100`);
  return rows.map((row) => row.name);
}

/** Which of these tags of an image a rule of its workspace makes immutable. */
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

import { type SQL, sql } from 'drizzle-orm';
import type { Digest } from '../../domain/digest.ts';
import type { Tag } from '../../domain/names.ts';
import type { PageRequest } from '../../domain/paging.ts';
import { tagSubject } from '../accessories.ts';
import type { Database, RowId } from '../database.ts';
import type { Lookup } from '../lookups.ts';
import { tags } from '../schema.ts';
import { REPOSITORY_IMAGE } from '../workspaces/images.ts';

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

/**
 * Looks up all tags of the repository, accessories too, in ASCII order, starting after `page.last`;
 * needs repositoryTable.
 */
export function repositoryTagsLookup(page: PageRequest): Lookup<readonly string[]> {
  return {
    sql: sql`
      SELECT json_group_array(name) FROM (
        SELECT name FROM tags WHERE image_id = ${REPOSITORY_IMAGE} AND name > ${page.last}
          ORDER BY name LIMIT ${page.limit})`,
    read: (value) => value as string[],
  };
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

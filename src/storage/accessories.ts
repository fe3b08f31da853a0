/**
 * Accessories of a manifest, as SQL: tags whose `subject` is the beginning of its digest. They go
 * to the trash with the last tag that reaches their subject, come back with it, and are collected
 * with it. An accessory can have accessories.
 */
import { type SQL, sql } from 'drizzle-orm';
import { SUBJECT_LENGTH, subjectOfTag } from '../domain/accessories.ts';
import type { Digest } from '../domain/digest.ts';
import type { Tag } from '../domain/names.ts';
import type { RowId } from './database.ts';
import { above, IS_SUBJECT } from './reach.ts';

/** The `subject` of tags that attach something to a manifest of this digest. */
export const subjectKey = (digest: SQL): SQL => sql`substr(${digest}, 1, ${SUBJECT_LENGTH})`;

/** Whether tag `t` is an accessory of something that its image does not have. */
export const IS_ORPHAN = sql`
  (t.subject IS NOT NULL AND NOT EXISTS (SELECT 1 FROM manifests AS s WHERE ${IS_SUBJECT}))`;

/** Whether the rules of its workspace forbid to delete a tag, which has the alias `tag`. */
export const isImmutable = (tag: 't' | 'a'): SQL => sql`
  EXISTS (SELECT 1 FROM immutable_tags AS p
    WHERE (p.image_id, p.name) = (${sql.raw(tag)}.image_id, ${sql.raw(tag)}.name))`;

/** Tags `a` that are accessories of manifest `s`. */
const ACCESSORIES = sql`
  tags AS a INDEXED BY tags_by_subject
    ON a.image_id = s.image_id AND a.subject = ${subjectKey(sql`s.digest`)}
      AND a.subject IS NOT NULL`;

/** Whether a manifest is an artifact, not an image that runs. */
const IS_ARTIFACT = sql`artifact_type IS NOT NULL AND artifact_type NOT IN (
  'application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json')`;

/**
 * The `subject` of a tag that points at a manifest of the image: what its name says, or else the
 * subject of an artifact. Null for a version.
 */
export function tagSubject(imageId: RowId, tag: Tag | string, digest: Digest): SQL {
  const named = subjectOfTag(tag, digest);
  if (named !== null) return sql`${named}`;
  return sql`(
    SELECT ${subjectKey(sql`subject_digest`)} FROM manifests
      WHERE image_id = ${imageId} AND digest = ${digest}
        AND subject_digest IS NOT NULL AND ${IS_ARTIFACT})`;
}

/** `held` (id): manifests (a query of their ids), what they list, and what is attached to any of these. */
const held = (roots: SQL): SQL => sql`
  WITH RECURSIVE held (id) AS (
    ${roots}
    UNION
    SELECT c.child_id FROM held CROSS JOIN manifest_children AS c ON c.parent_id = held.id
    UNION
    SELECT r.id FROM held CROSS JOIN manifests AS m ON m.id = held.id
      CROSS JOIN manifests AS r INDEXED BY manifests_by_subject
        ON r.image_id = m.image_id AND r.subject_digest = m.digest AND r.subject_digest IS NOT NULL
    UNION
    SELECT t.manifest_id FROM held CROSS JOIN manifests AS m ON m.id = held.id
      CROSS JOIN tags AS t INDEXED BY tags_by_subject
        ON t.image_id = m.image_id AND t.subject = ${subjectKey(sql`m.digest`)}
          AND t.subject IS NOT NULL
    UNION
    SELECT g.manifest_id FROM held CROSS JOIN manifests AS m ON m.id = held.id
      CROSS JOIN trashed_tags AS g INDEXED BY trashed_tags_with_subject
        ON g.image_id = m.image_id AND g.subject = ${subjectKey(sql`m.digest`)}
          AND g.with_subject = 1)`;

/**
 * `reach` (start, image_id, name): manifests of `held` that have accessories, and the tags of
 * versions that reach them. The tag of an accessory counts where the image does not have its
 * subject: other accessories live by what their subject lives by, not by themselves.
 */
const reach = (ids: SQL): SQL => sql`
  ${held(ids)},
  ${above(sql`
    SELECT s.id, s.id FROM held CROSS JOIN manifests AS s ON s.id = held.id
      WHERE s.deleted_at IS NULL AND EXISTS (SELECT 1 FROM (SELECT 1) CROSS JOIN ${ACCESSORIES})`)},
  reach (start, image_id, name) AS (
    SELECT above.start, t.image_id, t.name
      FROM above CROSS JOIN tags AS t ON t.manifest_id = above.id
      WHERE t.subject IS NULL OR ${IS_ORPHAN})`;

/**
 * A query `SELECT columns` of accessories `a` whose subject `s` no tag reaches: of these manifests,
 * of what they list, and of what is attached to it. Immutable ones are left out.
 * @param ids a query of manifest ids, as `id`
 */
export const accessoriesUnreached = (columns: SQL, ids: SQL): SQL => sql`
  ${reach(ids)}
  SELECT ${columns} FROM held CROSS JOIN manifests AS s ON s.id = held.id CROSS JOIN ${ACCESSORIES}
    WHERE s.id NOT IN (SELECT start FROM reach) AND NOT ${isImmutable('a')}`;

/**
 * A query `SELECT columns` of such accessories `a` with each tag `t` that reaches their subject.
 * @param joins more joins
 */
export const accessoriesReached = (columns: SQL, ids: SQL, joins: SQL): SQL => sql`
  ${reach(ids)}
  SELECT ${columns} FROM reach
    CROSS JOIN tags AS t ON t.image_id = reach.image_id AND t.name = reach.name
    CROSS JOIN manifests AS s ON s.id = reach.start CROSS JOIN ${ACCESSORIES} ${joins}
    WHERE NOT ${isImmutable('a')}`;

/**
 * The statements that restore the accessories of a manifest, of what it lists, and of what is
 * attached to it: those that went to the trash with their subject. Where a tag of the same name
 * is there by now, that one stays.
 */
export function restoreAccessories(imageId: RowId, digest: Digest, open: SQL = sql`1`): SQL[] {
  const root = sql`
    SELECT id FROM manifests WHERE image_id = ${imageId} AND digest = ${digest}
      AND EXISTS (SELECT 1 FROM trashed_tags WHERE image_id = ${imageId} AND with_subject = 1)`;
  const which = sql`
    ${open} AND id IN (
      ${held(root)}
      SELECT g.id FROM held CROSS JOIN manifests AS s ON s.id = held.id
        CROSS JOIN trashed_tags AS g INDEXED BY trashed_tags_with_subject
          ON g.image_id = s.image_id AND g.subject = ${subjectKey(sql`s.digest`)}
            AND g.with_subject = 1
        CROSS JOIN manifests AS a ON a.id = g.manifest_id AND a.deleted_at IS NULL)`;
  return [
    sql`
      INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by, subject)
        SELECT image_id, name, manifest_id, created_at, updated_at, updated_by, subject
          FROM trashed_tags WHERE ${which} ORDER BY id DESC
        ON CONFLICT DO NOTHING`,
    sql`DELETE FROM trashed_tags WHERE ${which}`,
  ];
}

import type { DatabaseSync } from 'node:sqlite';

/** Tags of the registry; each has a manifest of its own, of four blobs. */
export interface Size {
  readonly images: number;
  readonly tagsPerImage: number;
}

const NOW = 1_790_000_000_000;
const count = (name: string, n: number) =>
  `${name}(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM ${name} WHERE n + 1 < ${n})`;
const digest = (kind: string, number: string) => `printf('sha256:${kind}%063x', ${number})`;

/**
 * Fills a database of migration 0009 as its release did, with triggers: images that share a blob,
 * and of everything odd one: an index, a referrer, a manifest in an object, a trashed tag, a
 * trashed image, links that are unused or hidden, a blob that nobody has.
 */
export function fillBefore0010(database: DatabaseSync, { images, tagsPerImage }: Size): void {
  const tags = images * tagsPerImage;
  const manifest = digest('c', 't.n');
  const image = `100 + t.n / ${tagsPerImage}`;
  const t = `WITH RECURSIVE ${count('t', tags)}`;
  const statements = [
    `INSERT INTO workspaces (id, project_id, name, access, created_at, created_by)
      VALUES (50, 1, 'before', 'private', ${NOW}, 'test')`,
    `WITH RECURSIVE ${count('i', images)}
      INSERT INTO images (id, workspace_id, name, created_at, published_at, updated_at)
        SELECT 100 + n, 50, printf('app-%04d', n), ${NOW}, ${NOW}, ${NOW} + n FROM i`,
    `INSERT INTO blobs (digest, key, size, created_at, unused_since)
      VALUES (${digest('a', '0')}, 'blobs/base', 1000000, ${NOW}, ${NOW})`,
    `WITH RECURSIVE ${count('i', images)}
      INSERT INTO image_blobs (image_id, digest, linked_at, unused_since)
        SELECT 100 + n, ${digest('a', '0')}, ${NOW}, ${NOW} FROM i`,
    `${t}, ${count('b', 3)} INSERT INTO blobs (digest, key, size, created_at, unused_since)
      SELECT ${digest('b', 't.n * 3 + b.n')}, printf('blobs/%d-%d', t.n, b.n), 100 + b.n, ${NOW}, ${NOW}
        FROM t CROSS JOIN b`,
    `${t}, ${count('b', 3)} INSERT INTO image_blobs (image_id, digest, linked_at, unused_since)
      SELECT ${image}, ${digest('b', 't.n * 3 + b.n')}, ${NOW}, ${NOW} FROM t CROSS JOIN b`,
    `${t} INSERT INTO manifests (image_id, digest, media_type, size, content_size, content, pushed_at,
          pushed_by, unused_since)
        SELECT ${image}, ${manifest}, 'type', 10, 20, '{"n":' || t.n || '}', ${NOW} + t.n, 'test', ${NOW}
          FROM t`,
    `${t}, ${count('b', 3)} INSERT INTO manifest_blobs (image_id, manifest_digest, blob_digest)
      SELECT ${image}, ${manifest}, ${digest('b', 't.n * 3 + b.n')} FROM t CROSS JOIN b`,
    `${t} INSERT INTO manifest_blobs (image_id, manifest_digest, blob_digest)
      SELECT ${image}, ${manifest}, ${digest('a', '0')} FROM t`,
    `${t} INSERT INTO tags (image_id, name, manifest_digest, created_at, updated_at, updated_by, pulls)
      SELECT ${image}, printf('v%d', t.n), ${manifest}, ${NOW}, ${NOW} + t.n, 'test', t.n % 7 FROM t`,
    // A tag that moved on, and one in the trash.
    `UPDATE tags SET manifest_digest = ${digest('c', '1')}, updated_at = ${NOW} + 5
      WHERE image_id = 100 AND name = 'v0'`,
    `INSERT INTO trashed_tags (image_id, name, manifest_digest, created_at, deleted_at, deleted_by)
      SELECT image_id, name, manifest_digest, created_at, ${NOW} + 9, 'test' FROM tags WHERE name = 'v2'`,
    `DELETE FROM tags WHERE name = 'v2'`,
    // An index of two, a referrer, and a manifest that is an object.
    `INSERT INTO manifests (image_id, digest, media_type, subject_digest, annotations, size,
        content_size, content, content_key, pushed_at, pushed_by, unused_since)
      VALUES (100, ${digest('d', '0')}, 'index', NULL, NULL, 5, 0, '{}', NULL, ${NOW}, 'test', ${NOW}),
        (100, ${digest('d', '1')}, 'type', ${digest('c', '1')}, '{"a":"b"}', 5, 3, '{}', NULL, ${NOW},
          'test', ${NOW}),
        (100, ${digest('d', '2')}, 'type', NULL, NULL, 9, 3, NULL, 'manifests/large', ${NOW}, 'test',
          ${NOW})`,
    `INSERT INTO manifest_children (image_id, parent_digest, child_digest)
      VALUES (100, ${digest('d', '0')}, ${digest('c', '0')}), (100, ${digest('d', '0')}, ${digest('c', '3')})`,
    // Links that nothing names, one of them of a blob that another image uses; one is hidden.
    `INSERT INTO image_blobs (image_id, digest, linked_at, unused_since, deleted_at)
      VALUES (101, ${digest('b', '0')}, ${NOW}, ${NOW}, NULL)`,
    `UPDATE image_blobs SET deleted_at = ${NOW} WHERE image_id = 100 AND digest = ${digest('b', '4')}`,
    `INSERT INTO blobs (digest, key, size, created_at, unused_since)
      VALUES (${digest('e', '0')}, 'blobs/nobody', 7, ${NOW}, ${NOW})`,
    `UPDATE images SET deleted_at = ${NOW}, deleted_by = 'test' WHERE id = 102`,
    // One that was restored: its number in the trash is the last.
    `UPDATE images SET deleted_at = ${NOW} WHERE id = 103`,
    'UPDATE images SET deleted_at = NULL WHERE id = 103',
  ];
  for (const statement of statements) database.exec(statement);
}

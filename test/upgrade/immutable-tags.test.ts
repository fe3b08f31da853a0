import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { applyMigrations } from './support/migrations.ts';

const HEX = 'a'.repeat(64);

test('of accessories that were there, a wildcard holds those whose tag a user gave them', () => {
  const database = new DatabaseSync(':memory:');
  applyMigrations(database, 0, 18);
  database.exec(`INSERT INTO images (id, workspace_id, project_id, name, created_at, updated_at,
    published_at) VALUES (1, 1, 1, 'app', 1, 1, 1)`);
  database.exec(`INSERT INTO manifests (id, image_id, workspace_id, digest, media_type, size,
    content_size, content, pushed_at, pushed_by) VALUES (1, 1, 1, 'sha256:b', 'x', 1, 1, '{}', 1, 'x')`);
  const named = [`sha256-${HEX}`, `sha256-${HEX}.sig`, `team-sha256-${HEX}.att`];
  for (const tag of ['v1', 'v1-sbom', ...named]) {
    database
      .prepare(
        `INSERT INTO tags (image_id, name, manifest_id, created_at, updated_at, updated_by, subject)
          VALUES (1, ?, 1, 1, 1, 'x', ?)`,
      )
      .run(tag, tag === 'v1' ? null : `sha256:${HEX}`);
  }
  const held = (...patterns: string[]) => {
    database
      .prepare('UPDATE workspaces SET retention = ? WHERE id = 1')
      .run(JSON.stringify({ immutableTags: patterns }));
    const tags = database.prepare('SELECT name FROM immutable_tags ORDER BY 1').all();
    const versions = database
      .prepare('SELECT tag AS name FROM immutable_versions ORDER BY 1')
      .all();
    expect(versions).toEqual(tags);
    return tags.map(({ name }) => name);
  };
  expect(held('*')).toEqual(['v1']);
  applyMigrations(database, 19, 19);
  expect(held('*')).toEqual(['v1', 'v1-sbom']);
  expect(held('sha256-*')).toEqual([]);
  // A rule has 50 characters at most, but a tag of its own may be named by one.
  expect(held(named[1] as string)).toEqual([named[1]]);
  database.close();
});

/** What was pulled by digest before uses were recorded is not deleted by the first collection. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { applyMigrations } from './support/migrations.ts';

test('untagged content has its days from its last pull, or that of what it lists', () => {
  const database = new DatabaseSync(':memory:');
  applyMigrations(database, 0, 16);
  const rows = [
    { id: 1, digest: 'idle', pulledAt: null, unusedSince: 100 },
    { id: 2, digest: 'pulled', pulledAt: 500, unusedSince: 100 },
    { id: 3, digest: 'pulled before', pulledAt: 50, unusedSince: 100 },
    { id: 4, digest: 'index', pulledAt: null, unusedSince: 100 },
    { id: 5, digest: 'child', pulledAt: 700, unusedSince: null },
  ];
  database.exec(`
    INSERT INTO images (id, workspace_id, project_id, name, created_at, updated_at)
      VALUES (1, 1, 1, 'app', 1, 1)`);
  const insert = database.prepare(`
    INSERT INTO manifests (id, image_id, workspace_id, digest, media_type, size, content_size,
        content, pushed_at, pushed_by, last_pulled_at, unused_since)
      VALUES (?, 1, 1, ?, 'x', 1, 1, '{}', 1, 'x', ?, ?)`);
  for (const { id, digest, pulledAt, unusedSince } of rows) {
    insert.run(id, digest, pulledAt, unusedSince);
  }
  database.exec('INSERT INTO manifest_children (parent_id, child_id) VALUES (4, 5)');
  applyMigrations(database, 17, 17);
  const after = database.prepare('SELECT digest, unused_since AS at FROM manifests').all();
  expect(Object.fromEntries(after.map(({ digest, at }) => [digest, at]))).toEqual({
    ...{ idle: 100, pulled: 500, 'pulled before': 100, index: 700, child: null },
  });
  database.close();
});

import { globSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadWithoutTriggers } from './load.ts';
import { statements } from './synthetic.ts';

const SHAPE = { images: 23, tagsPerImage: 4 };

function openMigrated(): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  const folder = fileURLToPath(new URL('../../../migrations', import.meta.url));
  for (const file of globSync(`${folder}/*.sql`).sort()) {
    database.exec(readFileSync(file, 'utf8').replaceAll('--> statement-breakpoint', ''));
  }
  // What a platform starts with says when that was, which is not the same for two of them.
  for (const table of ['departments', 'projects', 'users', 'members', 'workspaces']) {
    database.exec(`UPDATE ${table} SET created_at = 0`);
  }
  return database;
}

/** Every row of every table, but for what an index of text keeps for itself. */
function dump(database: DatabaseSync): Record<string, unknown[]> {
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'image_search%'",
    )
    .all() as { name: string }[];
  const rows = (name: string) =>
    database
      .prepare(`SELECT * FROM "${name}"`)
      .all()
      .map((row) => JSON.stringify({ ...row, id: name === 'tag_history' ? 0 : row.id }))
      .sort();
  return Object.fromEntries(tables.map(({ name }) => [name, rows(name)]));
}

test('a registry made in bulk has the counters that the triggers would have kept', () => {
  const [counted, bulk] = [openMigrated(), openMigrated()];
  for (const sql of statements(SHAPE, false)) counted.exec(sql);
  loadWithoutTriggers(bulk, SHAPE);
  const [one, two] = [dump(counted), dump(bulk)];
  expect(one.tags).toHaveLength(SHAPE.images * SHAPE.tagsPerImage);
  expect(two).toEqual(one);
  for (const database of [counted, bulk]) {
    expect(database.prepare('PRAGMA foreign_key_check').all()).toEqual([]);
    const found = database.prepare(
      'SELECT rowid FROM image_search WHERE image_search MATCH \'"app-000022"\'',
    );
    expect(found.all()).toHaveLength(1);
  }
});

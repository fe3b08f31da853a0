import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api';
import { expect, test } from 'vitest';
import * as schema from '../../src/storage/schema.ts';

type Snapshot = Awaited<ReturnType<typeof generateSQLiteDrizzleJson>>;

const folder = fileURLToPath(new URL('../../migrations', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));

const readJson = (path: string) => JSON.parse(readFileSync(`${folder}/meta/${path}`, 'utf8'));
const journal: { entries: { idx: number; tag: string }[] } = readJson('_journal.json');

function lastSnapshot(): Snapshot {
  return readJson(`${String(journal.entries.at(-1)?.idx).padStart(4, '0')}_snapshot.json`);
}

/** The statements that bring a database from a snapshot to the tables of schema.ts. */
async function statementsFrom(snapshot: Snapshot, tables: Record<string, unknown> = schema) {
  return await generateSQLiteMigration(snapshot, await generateSQLiteDrizzleJson(tables));
}

function createDatabase(statements: readonly string[]): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  for (const statement of statements) database.exec(statement);
  return database;
}

/** Tables that are WITHOUT ROWID, which drizzle cannot say: their key is no index beside them. */
const WITHOUT_ROWID = [
  'image_blobs',
  'image_pulls_by_hour',
  'manifest_blobs',
  'manifest_children',
  'tag_history',
  'tags',
];

/** Tables with their columns and foreign keys, and indexes, in an order that means nothing. */
function describeTables(database: DatabaseSync) {
  const rows = (sql: string, ...names: string[]) =>
    database
      .prepare(sql)
      .all(...names)
      .map((row) => JSON.stringify(row))
      .sort();
  const tables = database
    .prepare(
      // Not the search index and the tables behind it, which drizzle does not know.
      "SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all();
  const described = tables.map(({ name }) => ({
    name: String(name),
    columns: rows(
      'SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info(?)',
      String(name),
    ),
    references: rows(
      'SELECT "table", "from", "to", seq, on_update, on_delete FROM pragma_foreign_key_list(?)',
      String(name),
    ),
    indexes: rows(
      `SELECT name, replace(sql, '"', char(96)) AS sql FROM sqlite_schema
        WHERE type = 'index' AND tbl_name = ?
          AND (sql IS NOT NULL OR tbl_name NOT IN (SELECT value FROM json_each(?)))`,
      String(name),
      JSON.stringify(WITHOUT_ROWID),
    ),
  }));
  return described.sort((a, b) => (a.name < b.name ? -1 : 1));
}

test('schema.ts asks for no migration that is not there', async () => {
  expect(await statementsFrom(lastSnapshot())).toEqual([]);
});

test('a table that is added to schema.ts asks for a migration', async () => {
  const { sqliteTable, text } = await import('drizzle-orm/sqlite-core');
  const added = sqliteTable('added', { name: text('name').primaryKey() });
  expect(await statementsFrom(lastSnapshot(), { ...schema, added })).toEqual([
    expect.stringContaining('CREATE TABLE `added`'),
  ]);
});

test('the migrations, run in order, make the tables of schema.ts', async () => {
  const migrated = createDatabase(files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')));
  const nothing = await generateSQLiteDrizzleJson({});
  const wanted = createDatabase(await statementsFrom(nothing));
  expect(describeTables(migrated)).toEqual(describeTables(wanted));
});

test('links, tags and their history are stored by their key alone', () => {
  const migrated = createDatabase(files.map((file) => readFileSync(`${folder}/${file}`, 'utf8')));
  const names = migrated
    .prepare("SELECT name FROM pragma_table_list WHERE wr = 1 AND name NOT LIKE 'image_search%'")
    .all();
  expect(names.map(({ name }) => name).sort()).toEqual(WITHOUT_ROWID);
});

test('the migrations are those of the journal, numbered without a gap', () => {
  expect(files.sort()).toEqual(journal.entries.map(({ tag }) => `${tag}.sql`));
  files.forEach((file, n) => {
    expect(file.slice(0, 5)).toBe(`${String(n).padStart(4, '0')}_`);
  });
});

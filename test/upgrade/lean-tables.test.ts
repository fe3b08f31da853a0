import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { copyContent, NOT_COPIED, type StatementRunner } from '../../scripts/lib/copy-content.ts';
import { fillBefore0010 } from './support/content-before-0010.ts';
import { applyMigrations } from './support/migrations.ts';

const SIZE = { images: 6, tagsPerImage: 30 };
vi.setConfig({ testTimeout: 60_000 });

/** Slices of two manifests, and of eighty of the others. */
const SCALE = 0.004;

let folder: string;
let database: DatabaseSync;
let sequences: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orlop-upgrade-'));
  database = new DatabaseSync(join(folder, 'registry.sqlite'));
  // What is killed here is a process, not the machine.
  database.exec('PRAGMA synchronous = OFF');
  applyMigrations(database, 0, 9);
  fillBefore0010(database, SIZE);
  sequences = all(SEQUENCES);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const all = (sql: string) => database.prepare(sql).all();
const runner: StatementRunner = { run: async (sql) => all(sql) };

/** All content by its digests, as the tables before 0010 have it. */
const BEFORE = {
  blobs: 'SELECT digest, key, size, created_at, damaged_at FROM blobs WHERE uses > 0 ORDER BY 1',
  links: `SELECT image_id, digest, uses, unused_since, deleted_at FROM image_blobs ORDER BY 1, 2`,
  manifests: `SELECT image_id, workspace_id, digest, media_type, subject_digest, annotations, size,
      content_size, content, content_key, pushed_at, pushed_by, uses, unused_since, overwritten_at,
      deleted_at FROM manifests ORDER BY 1, 3`,
  named: 'SELECT image_id, manifest_digest, blob_digest FROM manifest_blobs ORDER BY 1, 2, 3',
  children: 'SELECT image_id, parent_digest, child_digest FROM manifest_children ORDER BY 1, 2, 3',
  tags: 'SELECT image_id, name, manifest_digest, updated_at, updated_by, pulls FROM tags ORDER BY 1, 2',
  history:
    'SELECT image_id, tag, id, manifest_digest, changed_at FROM tag_history ORDER BY 1, 2, 3',
  trashedTags:
    'SELECT id, image_id, name, manifest_digest, deleted_at FROM trashed_tags ORDER BY 1',
  trash: 'SELECT * FROM trash ORDER BY id',
};

/** The same of the tables after it. */
const AFTER: typeof BEFORE = {
  ...BEFORE,
  blobs: 'SELECT digest, key, size, created_at, damaged_at FROM blobs ORDER BY 1',
  links: `SELECT l.image_id, b.digest, l.uses, l.unused_since, l.deleted_at
    FROM image_blobs AS l JOIN blobs AS b ON b.id = l.blob_id ORDER BY 1, 2`,
  named: `SELECT m.image_id, m.digest AS manifest_digest, b.digest AS blob_digest
    FROM manifest_blobs AS n JOIN manifests AS m ON m.id = n.manifest_id
      JOIN blobs AS b ON b.id = n.blob_id ORDER BY 1, 2, 3`,
  children: `SELECT p.image_id, p.digest AS parent_digest, c.digest AS child_digest
    FROM manifest_children AS n JOIN manifests AS p ON p.id = n.parent_id
      JOIN manifests AS c ON c.id = n.child_id ORDER BY 1, 2, 3`,
  tags: `SELECT t.image_id, t.name, m.digest AS manifest_digest, t.updated_at, t.updated_by, t.pulls
    FROM tags AS t JOIN manifests AS m ON m.id = t.manifest_id ORDER BY 1, 2`,
  trashedTags: `SELECT t.id, t.image_id, t.name, m.digest AS manifest_digest, t.deleted_at
    FROM trashed_tags AS t JOIN manifests AS m ON m.id = t.manifest_id ORDER BY 1`,
};

function read(queries: typeof BEFORE) {
  return Object.fromEntries(Object.entries(queries).map(([name, sql]) => [name, all(sql)]));
}

/** The sizes of images as their manifests and blobs make them. */
const SIZES = `
  SELECT i.id, coalesce(sum(b.size), 0) AS size, coalesce(sum(iif(EXISTS (
        SELECT 1 FROM image_blobs AS o
          WHERE o.blob_id = b.id AND o.image_id <> i.id AND o.uses > 0), 0, b.size)), 0) AS unshared_size
    FROM images AS i
      LEFT JOIN image_blobs AS l ON l.image_id = i.id AND l.uses > 0 AND l.deleted_at IS NULL
      LEFT JOIN blobs AS b ON b.id = l.blob_id GROUP BY 1 ORDER BY 1`;

/** The last ids of the trash, also of what is restored: they are not used again. */
const SEQUENCES =
  "SELECT name, seq FROM sqlite_sequence WHERE name IN ('trash', 'trashed_tags') ORDER BY 1";

function expectUpgraded(before: ReturnType<typeof read>): void {
  expect(read(AFTER)).toEqual(before);
  expect(all('PRAGMA foreign_key_check')).toEqual([]);
  expect(all('SELECT id, size, unshared_size FROM images ORDER BY 1')).toEqual(all(SIZES));
  expect(all('SELECT key FROM doomed_objects')).toEqual([{ key: 'blobs/nobody' }]);
  expect(all(SEQUENCES)).toEqual(sequences);
  expect(all("SELECT name FROM sqlite_master WHERE name LIKE '%\\_next' ESCAPE '\\'")).toEqual([]);
}

test('content of earlier releases is there after the upgrade, by the same digests', async () => {
  const before = read(BEFORE);
  applyMigrations(database, 10, 10);
  await copyContent(runner, { scale: SCALE });
  applyMigrations(database, 11, 99);
  expectUpgraded(before);
});

test('an upgrade that stops after any statement continues where it stopped', async () => {
  const before = read(BEFORE);
  applyMigrations(database, 10, 10);
  let left = 1;
  const stopping: StatementRunner = {
    run: async (sql) => {
      if (left-- === 0) throw new Error('stopped');
      return all(sql);
    },
  };
  for (let stops = 0; ; stops++) {
    left = 8 + stops;
    const ended = await copyContent(stopping, { scale: SCALE }).then(
      () => true,
      () => false,
    );
    if (ended) break;
  }
  applyMigrations(database, 11, 99);
  expectUpgraded(before);
});

test('a process that copies is killed, and another ends its work', async () => {
  const before = read(BEFORE);
  applyMigrations(database, 10, 10);
  const script = fileURLToPath(new URL('support/copy-process.ts', import.meta.url));
  const args = [script, join(folder, 'registry.sqlite'), String(SCALE)];
  const first = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of first.stdout) if (String(line).includes('manifests')) break;
  first.kill('SIGKILL');
  await once(first, 'exit');
  const copied = () => Number(all('SELECT count(*) AS n FROM manifests_next')[0]?.n);
  expect(copied()).toBeGreaterThan(0);
  expect(copied()).toBeLessThan(SIZE.images * SIZE.tagsPerImage);
  const second = spawn(process.execPath, args, { stdio: 'ignore' });
  expect(await once(second, 'exit')).toEqual([0, null]);
  applyMigrations(database, 11, 99);
  expectUpgraded(before);
});

test('nothing takes the new tables while a row is missing, and nothing is lost', async () => {
  const before = read(BEFORE);
  applyMigrations(database, 10, 10);
  expect(() => applyMigrations(database, 11, 11)).toThrow(NOT_COPIED);
  await copyContent(runner);
  database.exec('DELETE FROM manifest_blobs_next WHERE blob_id = 5');
  expect(() => applyMigrations(database, 11, 11)).toThrow(NOT_COPIED);
  expect(read(BEFORE)).toEqual(before);
  await copyContent(runner, { fromStart: true });
  applyMigrations(database, 11, 99);
  expectUpgraded(before);
});

test.each([
  ['push', "INSERT INTO blobs (digest, key, size, created_at) VALUES ('x', 'x', 1, 1)"],
  ['count', 'UPDATE tags SET pulls = pulls + 1'],
  ['delete', 'DELETE FROM tags'],
  ['trash', 'UPDATE images SET deleted_at = 1 WHERE id = 103'],
])('a release of before can read and not %s while content is copied', (_, sql) => {
  const before = read(BEFORE);
  applyMigrations(database, 10, 10);
  expect(() => database.exec(sql)).toThrow('orlop:upgrading');
  expect(read(BEFORE)).toEqual(before);
});

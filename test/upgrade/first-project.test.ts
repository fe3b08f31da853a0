import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyMigrations } from './support/migrations.ts';

let database: DatabaseSync;

beforeEach(() => {
  database = new DatabaseSync(':memory:');
  applyMigrations(database, 0, 11);
});
afterEach(() => database.close());

const upgrade = () => applyMigrations(database, 12, 12);
const name = () => database.prepare('SELECT name FROM projects WHERE id = 1').get()?.name;

test('the project of a new registry is called Default', () => {
  upgrade();
  expect(name()).toBe('Default');
});

test.each([
  [
    'an image',
    `INSERT INTO images (workspace_id, project_id, name, created_at, updated_at)
      VALUES (1, 1, 'app', 1, 1)`,
  ],
  [
    'a workspace',
    `INSERT INTO workspaces (project_id, name, access, created_at, created_by)
      VALUES (1, 'team', 'private', 1, 'admin')`,
  ],
  ['a user', `INSERT INTO users (name, is_admin, created_at) VALUES ('bob', 0, 1)`],
  ['a project', `INSERT INTO projects (department_id, name, created_at) VALUES (1, 'team', 1)`],
])('the project of a registry that has %s keeps its name', (_what, statement) => {
  database.exec(statement);
  upgrade();
  expect(name()).toBe('admin');
});

test('a project that was renamed keeps its name', () => {
  database.exec(`UPDATE projects SET name = 'Team' WHERE id = 1`);
  upgrade();
  expect(name()).toBe('Team');
});

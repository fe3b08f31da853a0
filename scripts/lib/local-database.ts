import { globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { StatementRunner } from './copy-content.ts';
import { Failure } from './failure.ts';
import { applyMigrations } from './migrate.ts';
import { projectRoot } from './project.ts';

/**
 * Brings the local D1 database up to date. Wrangler applies migrations; it takes seconds to load,
 * so the database file is read first to see whether any is missing.
 */
export async function migrateLocally(state: string): Promise<void> {
  const applied = new Set(query(state, 'SELECT name FROM d1_migrations').map((row) => row.name));
  const migrations = readdirSync(join(projectRoot, 'migrations')).filter((f) => f.endsWith('.sql'));
  if (migrations.every((name) => applied.has(name))) return;
  console.log('Migrating the database …');
  await applyMigrations(['--local', '--persist-to', state], () => openDatabase(state));
}

/** The local database, for statements that write. No server may run beside it. */
function openDatabase(state: string): StatementRunner {
  const path = findDatabase(state);
  if (!path) throw new Failure('the local database is not there');
  const database = new DatabaseSync(path);
  return { run: async (sql) => database.prepare(sql).all() };
}

/** Version of a project's push credential; 1 where the database has none. */
export function readCredentialVersion(state: string, projectId: number): number {
  const sql = `SELECT credential_version AS version FROM projects WHERE id = ${projectId}`;
  return Number(query(state, sql)[0]?.version ?? 1);
}

/** Whether the first admin has set a password, so that ADMIN_PASSWORD no longer counts. */
export function hasAdminPassword(state: string): boolean {
  const sql = 'SELECT 1 AS yes FROM users WHERE id = 1 AND password_hash IS NOT NULL';
  return query(state, sql).length > 0;
}

/** Rows of the local database; none while it, the table or a column does not exist. */
export function query(state: string, sql: string): Record<string, unknown>[] {
  const path = findDatabase(state);
  if (!path) return [];
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare(sql).all();
  } catch (error) {
    if (/no such (?:table|column)/.test(String(error))) return [];
    throw error;
  } finally {
    database.close();
  }
}

/** D1 keeps one file for each database id ever used; the one in use was written last. */
export function findDatabase(state: string): string | undefined {
  const files = globSync(join(state, 'v3/d1/miniflare-D1DatabaseObject/*.sqlite'));
  const databases = files.filter((file) => !file.endsWith('metadata.sqlite'));
  const age = (file: string) => statSync(file).mtimeMs;
  return databases.sort((a, b) => age(b) - age(a))[0];
}

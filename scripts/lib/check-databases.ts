import { globSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkCompleteness } from './check-completeness.ts';
import { Failure } from './failure.ts';
import { findDatabase, query } from './local-database.ts';
import { projectRoot } from './project.ts';

/** A larger file is only opened at a start: reading all of it would take too long. */
const MOST_READ = 200_000_000;

/**
 * Refuses a state that a server would make worse.
 * @throws Failure when a database is damaged or missing, or was migrated by a newer version
 */
export function checkDatabases(state: string): void {
  // Of the database and the bucket; each Durable Object has its own, and finds out by itself.
  const files = globSync(join(state, 'v3/{d1,r2}/*/*.sqlite'));
  for (const file of files) checkFile(file);
  checkMigrations(state);
  checkCompleteness(state);
}

function checkFile(path: string): void {
  const found = inspect(path);
  if (found === 'ok') return;
  throw new Failure(
    `the database ${path} is damaged (${found}): restore the state from a backup, or begin a new one with --state`,
  );
}

/** `ok`, or what is wrong with a file. */
function inspect(path: string): string {
  const check = statSync(path).size <= MOST_READ ? 'quick_check(1)' : 'schema_version';
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const [row = {}] = database.prepare(`PRAGMA ${check}`).all();
      const found = String(row.quick_check ?? 'ok').split('\n');
      // After a line that names the database.
      return found.at(-1) ?? '';
    } finally {
      database.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkMigrations(state: string): void {
  if (!findDatabase(state)) return;
  const known = new Set(readdirSync(join(projectRoot, 'migrations')));
  const applied = query(state, 'SELECT name FROM d1_migrations').map(({ name }) => String(name));
  const unknown = applied.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new Failure(
    `the database in ${state} is newer than this version, which does not know ${unknown.join(', ')}: update Orlop, or begin a new state with --state`,
  );
}

import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Applies the migrations with these numbers, each in a transaction of its own, as D1 does. */
export function applyMigrations(database: DatabaseSync, from: number, to: number): void {
  for (const file of globSync(`${folder}/*.sql`).sort()) {
    const number = Number(basename(file).slice(0, 4));
    if (number < from || number > to) continue;
    database.exec('BEGIN');
    try {
      database.exec(readFileSync(file, 'utf8').replaceAll('--> statement-breakpoint', ''));
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

import type { DatabaseSync } from 'node:sqlite';
import { type Shape, statements } from './synthetic.ts';

/**
 * Fills a database with a synthetic registry, as fast as it can be written: without triggers,
 * which are there again afterwards, and with the counters they would have kept.
 */
export function loadWithoutTriggers(database: DatabaseSync, shape: Shape): void {
  const triggers = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    .all() as { name: string; sql: string }[];
  database.exec('PRAGMA foreign_keys = OFF');
  database.exec('BEGIN');
  for (const { name } of triggers) database.exec(`DROP TRIGGER "${name}"`);
  for (const sql of statements(shape, true)) database.exec(sql);
  for (const { sql } of triggers) database.exec(sql);
  database.exec('COMMIT');
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeError, Failure } from './failure.ts';

/** The right to use a state directory; it ends with the process that holds it. */
export interface StateLock {
  release(): void;
}

/**
 * Makes the state directory and takes it for this process alone: two servers on
 * one state would break its databases. The lock is SQLite's, which the operating
 * system drops even when the process is killed.
 */
export function lockState(directory: string): StateLock {
  try {
    mkdirSync(directory, { recursive: true });
    const database = new DatabaseSync(join(directory, 'lock'));
    database.exec('BEGIN EXCLUSIVE');
    return { release: () => database.close() };
  } catch (error) {
    const reason = describeError(error);
    if (reason.includes('database is locked')) {
      throw new Failure(`another server uses the state in ${directory}: choose one with --state`);
    }
    throw new Failure(`cannot keep the state in ${directory}: ${reason}`);
  }
}

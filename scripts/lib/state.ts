import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeError, Failure } from './failure.ts';

/** An exclusive lock on a state directory; it ends with the process that holds it. */
export interface StateLock {
  release(): void;
}

/**
 * Creates the state directory and locks it for this process: two servers on one state would break
 * its databases. The lock is SQLite's, which the operating system releases even when the process
 * is killed.
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

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeError, Failure } from './failure.ts';
import { hasSpaceToRun } from './storage/spare-space.ts';

/** An exclusive lock on a state directory; it ends with the process that holds it. */
export interface StateLock {
  release(): void;
}

/** What a server makes in its state directory. */
const ours = ['lock', 'registry', 'run', 'spare', 'unclean', 'v3'];

/**
 * Creates the state directory for this user alone and locks it for this process: two servers on
 * one state would break its databases. The lock is SQLite's, which the operating system releases
 * even when the process is killed.
 */
export function lockState(directory: string): StateLock {
  try {
    // What workerd writes has the same umask.
    process.umask(0o077);
    makeFolder(directory);
    closeToOthers(directory);
    const database = new DatabaseSync(join(directory, 'lock'));
    // It writes nothing: the disk may be full.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    requireSpace(directory);
    return { release: () => database.close() };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const reason = describeError(error);
    if (reason.includes('database is locked')) {
      throw new Failure(`another server uses the state in ${directory}: choose one with --state`);
    }
    throw new Failure(`cannot keep the state in ${directory}: ${reason}`);
  }
}

/**
 * Makes a folder and its parents. Node's own way (`recursive`) never ends where the system takes
 * no folders, as in /proc.
 */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another server that starts may have made it.
    if (!existsSync(path)) throw error;
  }
}

function requireSpace(directory: string): void {
  if (hasSpaceToRun(directory)) return;
  throw new Failure(`the disk with ${directory} is full: free some space, and start again`);
}

/** Takes the rights of other users from a state that an earlier version left to them. */
function closeToOthers(directory: string): void {
  const sticky = 0o1000;
  if ((statSync(directory).mode & sticky) !== 0) {
    throw new Failure(`${directory} is shared with other users: choose another with --state`);
  }
  const found = ours.map((name) => join(directory, name)).filter((path) => existsSync(path));
  execFileSync('chmod', ['u=rwx,go=', directory]);
  if (found.length > 0) execFileSync('chmod', ['-R', 'u=rwX,go=', ...found]);
}

import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 1024 ** 2;

/** Bytes of the file that keeps space for the databases. */
const SIZE = 4 * MIB;

/** Bytes that must be free for the file to be made. */
const PLENTY = 64 * MIB;

/** Bytes below which the file is given up: a database takes some even to be opened. */
const LITTLE = MIB;

/** Bytes without which no database opens. */
const LEAST = MIB / 2;

/** Bytes that are free on the disk of a folder. */
export function readFreeSpace(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** How often the disk is looked at, in ms. */
const TEND_EVERY = 1000;

/**
 * Keeps space in a state for when another program has filled the disk: reading, signing in and
 * deleting need some. Ends with the process.
 */
export function keepSpareSpace(state: string): void {
  const tend = () => {
    try {
      tendSpareSpace(state);
    } catch {
      // The state is gone, or cannot be read: requests say so.
    }
  };
  tend();
  setInterval(tend, TEND_EVERY).unref();
}

function tendSpareSpace(state: string): void {
  const file = join(state, 'spare');
  const free = readFreeSpace(state);
  if (free < LITTLE) rmSync(file, { force: true });
  else if (free >= PLENTY && !existsSync(file)) fill(file);
}

/** Whether a server can run on a state. */
export function hasSpaceToRun(state: string): boolean {
  tendSpareSpace(state);
  return readFreeSpace(state) >= LEAST;
}

/** With bytes that no file system makes smaller. */
function fill(file: string): void {
  try {
    writeFileSync(file, randomBytes(SIZE), { mode: 0o600 });
  } catch {
    rmSync(file, { force: true });
  }
}

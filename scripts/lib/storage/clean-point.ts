import { execFile } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describeError } from '../failure.ts';

/** How often what was written is brought to the disk, in ms. */
const SYNC_EVERY = 30_000;

const run = promisify(execFile);

const markOf = (state: string) => join(state, 'unclean');

/**
 * When everything that an unclean stop may have lost was last on the disk, in ms since 1970; 0 if
 * that is not known, as by a mark that a wrong clock wrote; null if the last server on this state
 * stopped cleanly.
 */
export function readUncleanStop(state: string): number | null {
  try {
    const since = Number(readFileSync(markOf(state), 'utf8'));
    return since <= Date.now() ? since : 0;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? null : 0;
  }
}

/**
 * Marks a state as one that is in use, until `end`. The simulator leaves what it writes to the
 * operating system, which loses it when the power fails: so everything is brought to the disk twice
 * a minute, and the mark says when that was last.
 */
export class CleanPoints {
  readonly #state: string;
  readonly #timer: NodeJS.Timeout;
  /** Why the mark could not be written the last time. */
  #fault: string | null = null;

  /** @param since the clean point that the last server left; null: it stopped cleanly */
  constructor(state: string, since: number | null) {
    this.#state = state;
    this.#mark(since ?? Date.now());
    this.#timer = setInterval(() => this.advance(), SYNC_EVERY);
    this.#timer.unref();
  }

  /** Brings everything to the disk, and says so in the mark. */
  async advance(): Promise<void> {
    const began = Date.now();
    if (await sync(this.#state)) this.#mark(began);
  }

  /** To be called when nothing writes any more: the next start finds a clean stop. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await sync(this.#state);
    rmSync(markOf(this.#state), { recursive: true, force: true });
    syncFolder(this.#state);
  }

  /** An older mark that remains where it fails is right, too: then more is checked. */
  #mark(since: number): void {
    const mark = markOf(this.#state);
    try {
      replaceDurably(mark, String(since));
      this.#fault = null;
    } catch (error) {
      const fault = describeError(error);
      if (fault === this.#fault) return;
      this.#fault = fault;
      console.error(`orlop: ${mark} cannot be written, and is tried again: ${fault}`);
    }
  }
}

/** Brings everything in the file system of a folder to the disk. False where there is no `sync`. */
async function sync(folder: string): Promise<boolean> {
  // Only GNU's knows file systems: others bring all of them to the disk.
  const ways = [...(process.platform === 'linux' ? [['-f', folder]] : []), []];
  for (const args of ways) {
    try {
      await run('sync', args);
      return true;
    } catch {
      // The next way.
    }
  }
  return false;
}

/** The old content of a file, or the new one, is there at any time. */
function replaceDurably(file: string, text: string): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600, flush: true });
  renameSync(fresh, file);
  syncFolder(dirname(file));
}

/** The entries of a folder; Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

import { execFile } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** How often what was written is brought to the disk, in ms. */
const SYNC_EVERY = 30_000;

const run = promisify(execFile);

const markOf = (state: string) => join(state, 'unclean');

/**
 * When everything that an unclean stop may have lost was last on the disk, in ms since 1970; null
 * if the last server on this state stopped cleanly.
 */
export function readUncleanStop(state: string): number | null {
  try {
    return Number(readFileSync(markOf(state), 'utf8')) || 0;
  } catch {
    return null;
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

  /** @param since the clean point that the last server left; null: it stopped cleanly */
  constructor(state: string, since: number | null) {
    this.#state = state;
    writeDurably(markOf(state), String(since ?? Date.now()));
    this.#timer = setInterval(() => this.#advance(), SYNC_EVERY);
    this.#timer.unref();
  }

  /** To be called when nothing writes any more: the next start finds a clean stop. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await sync(this.#state);
    rmSync(markOf(this.#state), { force: true });
    syncFolder(this.#state);
  }

  async #advance(): Promise<void> {
    const began = Date.now();
    if (await sync(this.#state)) writeDurably(markOf(this.#state), String(began));
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

function writeDurably(file: string, text: string): void {
  const opened = openSync(file, 'w', 0o600);
  try {
    writeSync(opened, text);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
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

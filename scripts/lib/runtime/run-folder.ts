import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readFreeSpace } from '../storage/spare-space.ts';

/** What the path of a socket may have, in bytes: 104 with its end on macOS, 108 on Linux. */
const LONGEST_PATH = 100;

/** More than is put into the folder, in bytes. */
const SIZE = 16 * 1024 ** 2;

/** A private folder for one run of the server: its sockets, and what it serves from. */
export interface RunFolder {
  readonly path: string;
  /** Where the sockets are: elsewhere if the path is too long for them. */
  readonly sockets: string;
  remove(): void;
}

/**
 * Makes the folder, after removing what an earlier run left of it. If the state's disk is full, it
 * is among the system's temporary files.
 */
export function makeRunFolder(state: string): RunFolder {
  const ofState = join(state, 'run');
  rmSync(ofState, { recursive: true, force: true });
  const path = readFreeSpace(state) >= SIZE ? ofState : mkdtempSync(join(tmpdir(), 'orlop-'));
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const fits = Buffer.byteLength(workerSocket(path)) <= LONGEST_PATH;
  const sockets = fits ? path : mkdtempSync(join(tmpdir(), 'orlop-'));
  const remove = () => {
    for (const folder of [path, sockets]) rmSync(folder, { recursive: true, force: true });
  };
  return { path, sockets, remove };
}

/** Serves the pages of Miniflare itself, its triggers among them. */
export const entrySocket = (sockets: string) => join(sockets, 'entry');

/** Takes requests to the Worker. Miniflare adds a port to the path that it is given. */
export const workerSocket = (sockets: string) => join(sockets, 'worker:0');

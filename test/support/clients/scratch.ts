import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder, to be removed with `remove`. */
export interface Scratch {
  readonly dir: string;
  /** A path inside it. */
  path(...names: string[]): string;
  remove(): Promise<void>;
}

/** Makes an empty folder; its path is short, for the sockets of daemons. */
export async function makeScratch(): Promise<Scratch> {
  const dir = await mkdtemp(join(tmpdir(), 'orlop-'));
  return {
    dir,
    path: (...names) => join(dir, ...names),
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
}

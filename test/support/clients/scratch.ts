import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder; `remove` deletes it. */
export interface Scratch {
  readonly dir: string;
  /** A path inside it. */
  path(...names: string[]): string;
  remove(): Promise<void>;
}

/** Creates an empty folder with a path short enough for the sockets of daemons. */
export async function makeScratch(): Promise<Scratch> {
  const dir = await mkdtemp(join(tmpdir(), 'orlop-'));
  return {
    dir,
    path: (...names) => join(dir, ...names),
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }),
  };
}

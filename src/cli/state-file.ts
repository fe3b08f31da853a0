import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { EMPTY_STATE, type PushState } from '../archive/push/push-state.ts';
import { digestField } from '../domain/digest-field.ts';

const state = z.object({
  uploads: z.record(z.string(), z.object({ location: z.string(), offset: z.number() })),
  layers: z.record(
    z.string(),
    z.object({ mediaType: z.string(), digest: digestField, size: z.number() }),
  ),
});

/** What pushes to a repository have done so far, kept for the next one. */
export interface StateFile {
  readonly state: PushState;
  /** Whole or not at all, and on disk when it returns. */
  save(state: PushState): void;
}

/**
 * Opens the state of a repository, below `$XDG_STATE_HOME/orlop`. It is found by where the
 * image goes: blobs are known in it by their digests, whatever archive they come from. One
 * that cannot be read is as good as none.
 */
export function openState(host: string, repository: string): StateFile {
  const name = createHash('sha256').update(`${host}/${repository}`).digest('hex');
  const home = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  const path = join(home, 'orlop', `push-${name.slice(0, 32)}.json`);
  return { state: load(path), save: (next) => save(path, next) };
}

function load(path: string): PushState {
  try {
    return state.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return EMPTY_STATE;
  }
}

/** For its owner's eyes only: an upload's address is enough to write to it. */
function save(path: string, next: PushState): void {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(draft, JSON.stringify(next), { mode: 0o600 });
  renameSync(draft, path);
}

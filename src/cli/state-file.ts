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

/** The push state of a repository on disk. */
export interface StateFile {
  readonly state: PushState;
  /** Replaces the file before it returns. */
  save(state: PushState): void;
}

/**
 * Opens the push state of a repository, in `$XDG_STATE_HOME/orlop`. The repository alone names the
 * file, because the state identifies blobs by digest, whatever archive they come from. A file that
 * cannot be read counts as empty.
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

/** Readable by its owner only: whoever knows an upload's location can write to it. */
function save(path: string, next: PushState): void {
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(draft, JSON.stringify(next), { mode: 0o600 });
  renameSync(draft, path);
}

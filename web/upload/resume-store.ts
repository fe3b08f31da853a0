import { EMPTY_STATE, type PushState } from '../../src/archive/push/push-state.ts';
import { DAY_MS, isDue } from '../../src/domain/time.ts';
import type { Destination } from './protocol.ts';

const PREFIX = 'orlop-upload:';

/** How long the registry keeps an unfinished upload, in ms. */
const LIFETIME = DAY_MS;

interface Kept {
  readonly savedAt: number;
  readonly state: PushState;
}

/**
 * The key of the state of an upload, stored in this browser: if the same file is chosen again,
 * after a reload or a restart, its upload continues where it stopped.
 */
export function keyOf(file: File, imageId: string, { workspace, image }: Destination): string {
  const { name, size, lastModified } = file;
  return PREFIX + JSON.stringify([name, size, lastModified, imageId, workspace, image]);
}

/** The state under a key; null if there is none that the registry still has. */
export function loadState(key: string): PushState | null {
  const kept = read(key);
  return kept && !isDue(kept.savedAt, LIFETIME, Date.now()) ? kept.state : null;
}

export function saveState(key: string, state: PushState): void {
  const kept: Kept = { savedAt: Date.now(), state };
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // If the storage is full, this upload starts again after a reload.
  }
}

export function dropState(key: string): void {
  localStorage.removeItem(key);
}

/** Deletes states that are too old to be of use. */
export function pruneStates(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX) && loadState(key) === null) localStorage.removeItem(key);
  }
}

/** Deletes all states: the next user of this browser must not find them. */
export function dropAllStates(): void {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(PREFIX)) localStorage.removeItem(key);
  }
}

function read(key: string): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Kept> | null;
    if (typeof kept?.savedAt !== 'number') return null;
    return { savedAt: kept.savedAt, state: { ...EMPTY_STATE, ...kept.state } };
  } catch {
    return null;
  }
}

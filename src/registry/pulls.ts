import type { Digest } from '../domain/digest.ts';
import {
  COUNTER_URLS,
  counterName,
  GATHERED_FOR,
  SENDING_LIMIT,
  type UseNote,
} from '../domain/pulls.ts';
import { HOUR_MS, isDue } from '../domain/time.ts';
import { logFailure } from '../storage/failures.ts';
import type { RepositoryContext } from './context.ts';

/** After so long whoever gathers has been killed, ms. */
const GATHERING_LIMIT = 2 * GATHERED_FOR;

/** Tries of at most 4 s, with increasing waits (ms) between them: a counter knows notes again for 20 s. */
const MAX_TRIES = 4;
const FIRST_WAIT = 100;

/** The most manifests of one note. */
const MAX_MANIFESTS = 1000;

/** The most uses that an isolate remembers to have told. */
const MAX_TOLD = 20_000;

/** Manifests of one image that were asked for in one hour. */
interface Gathered {
  readonly imageId: number;
  at: number;
  /** Number of pulls by manifest; 0: it was only used. */
  readonly manifests: Map<Digest, number>;
}

/** What is to be told, by image and hour. A request may add to what another one sends. */
const gathered = new Map<string, Gathered>();
let gatheringSince: number | null = null;

/** Image and manifest of the uses that were told in this hour. */
const told = new Set<string>();
let toldIn = 0;

/**
 * Notes that a manifest was asked for, so that it is in use; `isPull`: and counted as a pull. The
 * notes of a second are sent together to the counters of their images (src/events/pull-counter.ts),
 * a use that is no pull once an hour. Never throws, and may take long: do not wait for it.
 */
export async function noteUse(
  { repository, pulls, now }: RepositoryContext,
  digest: Digest,
  isPull: boolean,
): Promise<void> {
  const { imageId } = repository;
  if (imageId === null || (isTold(imageId, digest, now) && !isPull)) return;
  gather(imageId, digest, isPull, now);
  // A request must not wait for another, so whoever gathers is not waited for.
  if (gatheringSince !== null && !isDue(gatheringSince, GATHERING_LIMIT, now)) return;
  gatheringSince = now;
  await scheduler.wait(GATHERED_FOR);
  gatheringSince = null;
  const notes = [...gathered.values()].flatMap(toNotes);
  gathered.clear();
  await Promise.all(notes.map((note) => sendNote(pulls, note)));
}

/** Whether this use was told in this hour already; from now on it is. */
function isTold(imageId: number, digest: Digest, now: number): boolean {
  const hour = Math.floor(now / HOUR_MS);
  if (hour !== toldIn || told.size >= MAX_TOLD) told.clear();
  toldIn = hour;
  const key = `${imageId} ${digest}`;
  if (told.has(key)) return true;
  told.add(key);
  return false;
}

function gather(imageId: number, digest: Digest, isPull: boolean, now: number): void {
  const key = `${imageId} ${Math.floor(now / HOUR_MS)}`;
  const one = gathered.get(key) ?? { imageId, at: now, manifests: new Map() };
  one.at = now;
  one.manifests.set(digest, (one.manifests.get(digest) ?? 0) + (isPull ? 1 : 0));
  gathered.set(key, one);
}

function toNotes({ imageId, at, manifests }: Gathered): UseNote[] {
  const all = [...manifests];
  const parts = Math.ceil(all.length / MAX_MANIFESTS);
  return Array.from({ length: parts }, (_, n) => ({
    ...{ id: crypto.randomUUID(), imageId, at },
    manifests: all.slice(n * MAX_MANIFESTS, (n + 1) * MAX_MANIFESTS),
  }));
}

/** Sends a note to the counter and retries on failure; notes have ids, so that each counts once. */
async function sendNote(pulls: DurableObjectNamespace, note: UseNote): Promise<void> {
  const { imageId, manifests } = note;
  const body = JSON.stringify(note);
  for (let tries = 1; ; tries++) {
    try {
      // A new stub each time, because one that has failed may be broken.
      const counter = pulls.get(pulls.idFromName(counterName(imageId)));
      const signal = AbortSignal.timeout(SENDING_LIMIT);
      const { ok } = await counter.fetch(COUNTER_URLS.note, { method: 'POST', body, signal });
      if (ok) return;
      throw new Error('the counter is of another release');
    } catch (error) {
      if (tries < MAX_TRIES) {
        await scheduler.wait(FIRST_WAIT * 2 ** (tries - 1));
        continue;
      }
      logFailure('pulls could not be counted', error, { imageId });
      // The next use of these tells it.
      for (const [digest] of manifests) told.delete(`${imageId} ${digest}`);
      return;
    }
  }
}

import type { Digest } from './digest.ts';

/** What an isolate tells the counter of an image: the manifests that were asked for in one hour. */
export interface UseNote {
  /** Unique: a note that arrives twice counts once. */
  readonly id: string;
  readonly imageId: number;
  /** When the last of them was asked for, ms. */
  readonly at: number;
  /** Each manifest with its number of pulls, which is 0 where it was only used. */
  readonly manifests: readonly (readonly [digest: Digest, pulls: number])[];
}

/** Use of one manifest within one hour. */
export interface UseCount {
  readonly digest: Digest;
  /** Hours since 1970, UTC. */
  readonly hour: number;
  readonly pulls: number;
  /** Time of the last pull, ms, rounded down to the minute; null: there was none. */
  readonly pulledAt: number | null;
}

/**
 * With the value `push`, a client says that it reads a manifest because it pushes: that is no pull.
 * It counts only from those who may push, and what was read is in use all the same.
 */
export const PURPOSE_HEADER = 'orlop-purpose';

/** How long an isolate gathers notes before it sends them, ms. */
export const GATHERED_FOR = 1000;
/** How long one try to send a note may take, ms. */
export const SENDING_LIMIT = 4000;

/**
 * How long after an answer the counter of its image knows of the use, ms, unless the first try to
 * send the note fails.
 */
export const NOTED_WITHIN = GATHERED_FOR + SENDING_LIMIT;

/** The requests that a counter answers: a note, and the demand to bring all notes to D1. */
export const COUNTER_URLS = { note: 'https://pulls/note', flush: 'https://pulls/flush' } as const;

/** The name of the object that counts the pulls and uses of an image. */
export function counterName(imageId: number): string {
  return `image:${imageId}`;
}

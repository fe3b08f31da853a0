import { pastTime } from '../../domain/time.ts';
import { type CollectionTimes, collectionTimes } from '../../storage/collectable.ts';
import type { Database } from '../../storage/database.ts';
import { isOverload } from '../../storage/failures.ts';
import type { RunRecord } from '../../storage/garbage/collection-runs.ts';
import type { ObjectCache } from '../../storage/object-cache.ts';

/**
 * What a slice of a collection works with. All ages are computed at the time when the run began, so
 * a long run deletes what was garbage then.
 */
export interface SliceContext {
  readonly db: Database;
  readonly bucket: R2Bucket;
  readonly objectCache: ObjectCache | null;
  /** The pull counters, which know of uses that the database does not know yet. */
  readonly pulls: DurableObjectNamespace;
  readonly run: RunRecord;
  /** Days for which the trash keeps what is in it. */
  readonly trashDays: number;
  /** How long unused content is kept, in ms. */
  readonly gracePeriod: number;
  /** How long after its row an object is deleted, in ms: requests that read its key still open it. */
  readonly deletionDelay: number;
  /** How long after its release content is deleted that was not used, in ms: see Times. */
  readonly useDelay: number;
}

/** The times that a collection decides by. */
export const timesOf = ({ run, trashDays, gracePeriod }: SliceContext): CollectionTimes => {
  // A run that began while the clock was ahead would find everything old enough to delete.
  const startedAt = pastTime(run.startedAt, Date.now());
  return collectionTimes({ ...run, startedAt, trashDays, gracePeriod });
};

/** Anything that JSON holds. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** The result of a slice. */
export interface SliceResult {
  /** Where the next slice of the phase continues; null: the phase is over. */
  readonly next: Json | null;
  /** Items that failed; the rest of the slice was done. */
  readonly errors?: readonly string[];
  /** When the next slice may run, ms; undefined: at once. */
  readonly wakeAt?: number;
}

/**
 * A phase of a collection, done in slices. A slice stays within the limits of one Worker invocation.
 * It can be repeated, because a crash may come after its work and before its progress is saved.
 */
export interface Phase {
  readonly name: string;
  /** Whether it is part of every collection, or only of the platform's. */
  readonly of: 'everywhere' | 'platform';
  /** @param at where the previous slice ended; null: at the start */
  readonly slice: (collection: SliceContext, at: Json | null) => Promise<SliceResult>;
}

/**
 * Applies a function to many items at once. If that fails, it tries each half, and so on, so that
 * one bad item does not stop the others. Answers an error for each item that failed alone.
 * @throws the error if the platform is overloaded
 */
export async function applyToEach<T>(
  items: readonly T[],
  apply: (items: readonly T[]) => Promise<void>,
  describe: (item: T) => string,
): Promise<string[]> {
  if (items.length === 0) return [];
  try {
    await apply(items);
    return [];
  } catch (error) {
    // More requests would only add to it; the slice is tried again later.
    if (isOverload(error)) throw error;
    const [first] = items;
    if (items.length === 1 && first !== undefined)
      return [`${describe(first)}: ${reasonOf(error)}`];
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    const errors: string[] = [];
    for (const half of halves) errors.push(...(await applyToEach(half, apply, describe)));
    return errors;
  }
}

/** The message of an error, in one line of at most 200 characters. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 200);
}

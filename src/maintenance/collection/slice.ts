import type { Database } from '../../storage/database.ts';
import type { RunRecord } from '../../storage/garbage/collection-runs.ts';

/**
 * What a slice of a collection works with. The run's beginning is the time everything is
 * reckoned by, so a run that goes on for long collects what was garbage as it began.
 */
export interface SliceContext {
  readonly db: Database;
  readonly bucket: R2Bucket;
  readonly run: RunRecord;
  /** Days of the trash. */
  readonly trashDays: number;
  /** How long what nothing uses yet is spared, in ms. */
  readonly gracePeriod: number;
  /** How long after its row an object stays for those who have just read its key, in ms. */
  readonly lookUpTime: number;
}

/** Anything that JSON holds. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** How a slice fared. */
export interface Step {
  /** Where the next slice of the phase goes on; null: the phase is over. */
  readonly next: Json | null;
  /** What failed; the rest of the slice was done. */
  readonly errors?: readonly string[];
  /** When the next slice is worth trying, ms; left out: at once. */
  readonly wakeAt?: number;
}

/**
 * A part of a collection. A slice stays within the limits of one Worker invocation, and may be
 * repeated: it may have been done without our hearing of it.
 */
export interface Phase {
  readonly name: string;
  /** Whether it is part of the collections of a workspace, too, or of the platform's only. */
  readonly of: 'everywhere' | 'platform';
  /** @param at where the slice before ended; null: at the start */
  readonly slice: (collection: SliceContext, at: Json | null) => Promise<Step>;
}

/**
 * Does something to many items at once; where that fails, to each half, and so on, so that one
 * bad item does not stop the others. Answers an error for each item that failed by itself.
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

/** What an error says, in one line of bounded length. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').slice(0, 200);
}

import { DAY_MS } from '../domain/time.ts';
import type { Services } from '../services.ts';
import { findFaults, reportFaults } from '../storage/content/report-damage.ts';
import {
  doomUnnamed,
  type KnownContent,
  listContentsByKey,
} from '../storage/content/stored-objects.ts';
import { isOwnKey } from '../storage/keys.ts';
import { readSweep, writeSweep } from '../storage/sweep-cursors.ts';

const SWEEP = 'reconciliation';

/** A round begins a day after the one before began, or later. */
const ROUND_EVERY = DAY_MS;

/** Pages of one slice, and the objects and rows of one page, at most. */
const MAX_PAGES = 10;
const PAGE_OBJECTS = 1000;
const PAGE_ROWS = 1500;

/** Losses found, after which a slice ends: each has cost a look at R2. */
const MAX_LOSSES = 1000;

/**
 * How old an object is before it counts as one that no row will ever name, ms. R2 ends an
 * unfinished upload after 7 days, and a finished one waits a day for its last request.
 */
const SAFE_AGE = 10 * DAY_MS;

/** One walk through the bucket. */
interface ReconciliationRound {
  readonly startedAt: number;
  /** Objects looked at. */
  readonly objects: number;
  /** Objects that no row named, which were doomed. */
  readonly orphans: number;
  /** Rows whose object was not there. */
  readonly missing: number;
  /** Objects that this registry did not make: they stay. */
  readonly foreign: number;
}

/** What the reconciliation keeps from slice to slice. */
export interface ReconciliationState {
  /** The key behind which it goes on; null: the round is over. */
  readonly after: string | null;
  readonly round: ReconciliationRound;
  readonly lastRound: (ReconciliationRound & { readonly endedAt: number }) | null;
}

/** How far the reconciliation has come; null before its first slice. */
export async function readReconciliation({ db }: Services): Promise<ReconciliationState | null> {
  return await readSweep<ReconciliationState>(db, SWEEP);
}

/**
 * Compares one slice of the bucket with the rows that name its objects: dooms old objects that
 * no row names, marks content whose object is not there. A kill only means that a page is
 * compared again.
 */
export async function reconcileBucket(
  services: Services,
  now: number,
  maxPages = MAX_PAGES,
): Promise<void> {
  let state = startSlice(await readReconciliation(services), now);
  const enough = state.round.missing + MAX_LOSSES;
  for (let page = 0; page < maxPages && state.after !== null; page++) {
    if (state.round.missing >= enough) return;
    state = await comparePage(services, state, state.after, now);
    await writeSweep(services.db, SWEEP, state, now);
  }
}

function startSlice(kept: ReconciliationState | null, now: number): ReconciliationState {
  const isDue = kept?.after === null && now - kept.round.startedAt >= ROUND_EVERY;
  if (kept !== null && !isDue) return kept;
  const round = { startedAt: now, objects: 0, orphans: 0, missing: 0, foreign: 0 };
  return { after: '', round, lastRound: kept?.lastRound ?? null };
}

/** Objects and rows between the same two keys. */
interface Page {
  readonly objects: readonly R2Object[];
  readonly contents: readonly KnownContent[];
  /** The last key of the page; null: none follow. */
  readonly end: string | null;
}

async function comparePage(
  services: Services,
  state: ReconciliationState,
  after: string,
  now: number,
): Promise<ReconciliationState> {
  const { objects, contents, end } = await readPage(services, after);
  const named = new Set(contents.map(({ key }) => key));
  const unnamed = objects.filter(({ key }) => !named.has(key));
  const old = unnamed.filter(({ key, uploaded }) => {
    return isOwnKey(key) && now - uploaded.getTime() >= SAFE_AGE;
  });
  const keys = old.map(({ key }) => key);
  const doomed = keys.length === 0 ? [] : await doomUnnamed(services.db, keys, now);
  if (doomed.length > 0) console.warn({ message: 'objects that no row names', keys: doomed });
  const there = new Set(objects.map(({ key }) => key));
  const unseen = contents.filter(({ key, damaged }) => !damaged && !there.has(key));
  const round = {
    ...state.round,
    objects: state.round.objects + objects.length,
    orphans: state.round.orphans + doomed.length,
    missing: state.round.missing + (await reportMissing(services, unseen, now)),
    foreign: state.round.foreign + objects.filter(({ key }) => !isOwnKey(key)).length,
  };
  const lastRound = end === null ? { ...round, endedAt: now } : state.lastRound;
  return { after: end, round, lastRound };
}

async function readPage({ db, bucket }: Services, after: string): Promise<Page> {
  const from = after === '' ? {} : { startAfter: after };
  const { objects, truncated } = await bucket.list({ limit: PAGE_OBJECTS, ...from });
  const listed = truncated ? (objects.at(-1)?.key ?? null) : null;
  const contents = await listContentsByKey(db, after, listed, PAGE_ROWS);
  // Rows without objects may be more than one page takes: then it ends with the last of them.
  const end = contents.length === PAGE_ROWS ? (contents.at(-1)?.key ?? listed) : listed;
  return { objects: objects.filter(({ key }) => end === null || key <= end), contents, end };
}

/** Marks those of some contents whose object is not there; answers how many are newly so. */
async function reportMissing(
  services: Services,
  unseen: readonly KnownContent[],
  now: number,
): Promise<number> {
  // One may have come after the list was read.
  const faults = await findFaults(unseen, async ({ key }) =>
    (await services.bucket.head(key)) === null ? 'missing' : null,
  );
  return await reportFaults(services.db, faults, now);
}

import { DAY_MS, isDue } from '../domain/time.ts';
import type { Services } from '../services.ts';
import { findFaults } from '../storage/content/find-faults.ts';
import { reportFaults } from '../storage/content/report-damage.ts';
import {
  type KnownContent,
  listContentsByKey,
  queueOrphans,
} from '../storage/content/stored-objects.ts';
import { isOwnKey } from '../storage/keys.ts';
import { readSweep, writeSweep } from '../storage/sweep-cursors.ts';

const SWEEP = 'reconciliation';

/** Minimum time between the beginnings of two rounds, ms. */
const ROUND_EVERY = DAY_MS;

/** Pages of one slice, and the objects and rows of one page, at most. */
const MAX_PAGES = 10;
const PAGE_OBJECTS = 1000;
const PAGE_ROWS = 1500;

/** Missing objects after which a slice ends, because each costs a request to R2. */
const MAX_LOSSES = 1000;

/**
 * Age at which an object without a row counts as an orphan, ms. R2 aborts an unfinished upload
 * after 7 days, and a finished one waits a day for its last request.
 */
const SAFE_AGE = 10 * DAY_MS;

/**
 * Time without a round, ms, after which the database may be an older copy of itself: then it does
 * not know what was written meanwhile, which becomes old only from now.
 */
const LONGEST_GAP = 3 * DAY_MS;

/** One walk through the bucket. */
interface ReconciliationRound {
  readonly startedAt: number;
  /** Objects checked. */
  readonly objects: number;
  /** Objects that no row named, and that entered the deletion queue. */
  readonly orphans: number;
  /** Rows whose object was missing. */
  readonly missing: number;
  /** Objects that this registry did not write: they stay. */
  readonly foreign: number;
}

/** The state of the reconciliation between two slices. */
export interface ReconciliationState {
  /** The key after which it continues; null: the round is over. */
  readonly after: string | null;
  readonly round: ReconciliationRound;
  readonly lastRound: (ReconciliationRound & { readonly endedAt: number }) | null;
  /** The last long time without a round; older states have none. */
  readonly gap?: { readonly from: number; readonly until: number } | null;
}

/** The state of the reconciliation; null before its first slice. */
export async function readReconciliation({ db }: Services): Promise<ReconciliationState | null> {
  return await readSweep<ReconciliationState>(db, SWEEP);
}

/**
 * Compares one slice of the bucket with the rows that name its objects: puts orphans into the
 * deletion queue, and marks content whose object is missing as damaged. After a crash, one page is
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
  const isOver = kept?.after === null && isDue(kept.round.startedAt, ROUND_EVERY, now);
  if (kept !== null && !isOver) return kept;
  const round = { startedAt: now, objects: 0, orphans: 0, missing: 0, foreign: 0 };
  const before = kept?.round.startedAt ?? now;
  const gap = now - before >= LONGEST_GAP ? { from: before, until: now } : (kept?.gap ?? null);
  return { after: '', round, lastRound: kept?.lastRound ?? null, gap };
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
  const old = unnamed
    .map(({ key, uploaded }) => ({ key, uploaded: uploaded.getTime() }))
    .filter(({ key, uploaded }) => isOwnKey(key) && isOld(state, uploaded, now));
  const orphans = old.length === 0 ? [] : await queueOrphans(services.db, old, now);
  if (orphans.length > 0) console.warn({ message: 'objects that no row names', keys: orphans });
  const there = new Set(objects.map(({ key }) => key));
  const unseen = contents.filter(({ key, damaged }) => !damaged && !there.has(key));
  const round = {
    ...state.round,
    objects: state.round.objects + objects.length,
    orphans: state.round.orphans + orphans.length,
    missing: state.round.missing + (await reportMissing(services, unseen, now)),
    foreign: state.round.foreign + objects.filter(({ key }) => !isOwnKey(key)).length,
  };
  const lastRound = end === null ? { ...round, endedAt: now } : state.lastRound;
  return { ...state, after: end, round, lastRound };
}

/** Whether an object is old enough to count as an orphan. */
function isOld({ gap }: ReconciliationState, uploaded: number, now: number): boolean {
  const since = gap && uploaded >= gap.from ? gap.until : uploaded;
  return now - since >= SAFE_AGE;
}

async function readPage({ db, bucket }: Services, after: string): Promise<Page> {
  const from = after === '' ? {} : { startAfter: after };
  const { objects, truncated } = await bucket.list({ limit: PAGE_OBJECTS, ...from });
  const listed = truncated ? (objects.at(-1)?.key ?? null) : null;
  const contents = await listContentsByKey(db, after, listed, PAGE_ROWS);
  // More rows than a page takes: then the page ends with the last of them.
  const end = contents.length === PAGE_ROWS ? (contents.at(-1)?.key ?? listed) : listed;
  return { objects: objects.filter(({ key }) => end === null || key <= end), contents, end };
}

/** Marks contents whose object is missing as damaged; answers how many are newly marked. */
async function reportMissing(
  services: Services,
  unseen: readonly KnownContent[],
  now: number,
): Promise<number> {
  // An object may have been written after the bucket was listed.
  const { bucket } = services;
  const faults = await findFaults(bucket, unseen, async ({ key }) =>
    (await bucket.head(key)) === null ? 'missing' : null,
  );
  return await reportFaults(services, faults, now);
}

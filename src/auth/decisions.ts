import type { Digest } from '../domain/digest.ts';
import type { Standing } from '../domain/roles.ts';
import { formatScope, type Scope } from '../domain/scopes.ts';
import { MINUTE_MS } from '../domain/time.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import type { Repository } from '../storage/workspaces/images.ts';
import { setBounded } from './bounded-map.ts';
import type { Identity } from './principal.ts';

/** How far the clocks of two isolates may be apart, in ms: both follow the data centre's. */
export const CLOCK_SKEW = 2000;

/**
 * A decision may be used again until it is this old, in ms: a minute at most has passed, also if the
 * clock of whoever asked the database was ahead.
 */
export const DECISION_LIFETIME = MINUTE_MS - CLOCK_SKEW;

/** Decisions that one isolate remembers; the oldest go first, since they expire first. */
export const MAX_DECISIONS = 10_000;

/**
 * When a query that decides was sent. The clock gives a decision its age. It cannot order the query
 * and a change: Workers stop it between two I/O operations, and a millisecond holds many of them.
 * So the isolate counts the changes that it makes.
 */
export interface AskedAt {
  /** Ms since 1970. */
  readonly time: number;
  /** Changes of rights and deletions that this isolate had completed. */
  readonly changes: number;
}

/**
 * What the database let a client do. Its age counts from when the *database* was asked, whatever
 * it has been through since, so that no one acts on a decision older than a minute.
 *
 * It is plain JSON. An isolate takes it from the database, from its memory (here) or from what the
 * client shows: a token or the address of an upload carries it, signed (carried-decisions.ts).
 *
 * Within its minute a decision outlives a revocation, a change of access or a deletion that was
 * made elsewhere. A change that this isolate makes itself ends every decision asked for before the
 * change was complete. The object that it names outlives it, because collection waits longer before
 * it deletes one (`deletionDelay` in src/env.ts).
 */
export interface Decision extends Identity {
  /** What is allowed on what. */
  readonly scope: Scope;
  /** The repository as the same query found it; null where the query did not look for it. */
  readonly repository: Repository | null;
  /** What the identity is in the project of the repository; null where there is none. */
  readonly standing: Standing | null;
  /** The blob that it lets the client pull; null where it is about none. */
  readonly blob: BlobRecord | null;
  /** When the query that decided was sent. */
  readonly askedAt: AskedAt;
}

const decisions = new Map<string, Decision>();

/** Changes of rights and deletions that this isolate has completed: the watermark of decisions. */
let changes = 0;

/** When the last of them was complete, ms since 1970. */
let changedAt = Number.NEGATIVE_INFINITY;

/** The latest time at which this isolate has asked the database: a clock may be set back. */
let latest = Number.NEGATIVE_INFINITY;

/** When the database last refused an identity as ended, ms since 1970, by identity. */
const endedAt = new Map<string, number>();
const MAX_ENDED = 10_000;

/** To be called right before a query that decides is sent. */
export function askNow(): AskedAt {
  const time = Date.now();
  latest = Math.max(latest, time);
  return { time, changes };
}

/** Whether what the database said then may be acted on at `now` (ms). */
export function isStillTrue({ time, changes: then }: AskedAt, now: number): boolean {
  return then === changes && now >= time && now - time < DECISION_LIFETIME;
}

/**
 * When the database was asked for what a client carries, if it may be acted on at `now` (ms); else
 * null. The counter of changes does not travel: what was asked before this isolate's last change, or
 * so shortly after it that clocks cannot order the two, counts as asked before.
 * @param time by the clock of the isolate that asked, ms since 1970
 */
export function believe(
  time: number,
  identity: Pick<Identity, 'subject' | 'stamp'>,
  now: number,
): AskedAt | null {
  const ended = endedAt.get(identityKey(identity)) ?? Number.NEGATIVE_INFINITY;
  if (time <= Math.max(changedAt, ended) + CLOCK_SKEW) return null;
  const askedAt = { time, changes };
  return isStillTrue(askedAt, now) ? askedAt : null;
}

/**
 * Remembers a decision for whoever shows the same thing again.
 * @param holder a keyed fingerprint of what was shown, or a word for those who showed nothing
 */
export function rememberDecision(holder: string, decision: Decision): void {
  const { scope, blob, askedAt } = decision;
  // The query may have read what was changed while its answer was on the way.
  if (askedAt.changes !== changes) return;
  setBounded(decisions, MAX_DECISIONS, keyOf(holder, scope, blob?.digest), decision);
}

/** The decision that lets `holder` do just this at `now` (ms); null: the database decides. */
export function findDecision(
  holder: string,
  scope: Scope,
  now: number,
  blob?: Digest,
): Decision | null {
  const decision = decisions.get(keyOf(holder, scope, blob));
  if (!decision || now >= (decision.endsAt ?? Number.POSITIVE_INFINITY)) return null;
  return isStillTrue(decision.askedAt, now) ? decision : null;
}

/**
 * Makes a change of rights or a deletion, and then ends every decision: no one is let in by what
 * the database said before the change was complete. A change that failed may have been made in
 * part, or be reported lost after it was made, so it ends them too.
 * @param request gives the request's context: the change and its end outlive a client that leaves
 */
export async function endDecisionsAfter(
  change: () => Promise<void>,
  request: () => Pick<ExecutionContext, 'waitUntil'>,
): Promise<void> {
  const changed = change().finally(forgetDecisions);
  request().waitUntil(changed.catch(() => undefined));
  await changed;
}

/** Ends every decision, because someone's rights may have changed or something was deleted. */
export function forgetDecisions(): void {
  changes += 1;
  changedAt = Math.max(latest, Date.now());
  decisions.clear();
}

/** Ends the decisions for an identity that is no longer valid. */
export function forgetDecisionsFor(identity: Pick<Identity, 'subject' | 'stamp'>): void {
  const { subject, stamp } = identity;
  setBounded(endedAt, MAX_ENDED, identityKey(identity), Math.max(latest, Date.now()));
  for (const [key, decision] of decisions) {
    if (decision.subject === subject && decision.stamp === stamp) decisions.delete(key);
  }
}

function identityKey({ subject, stamp }: Pick<Identity, 'subject' | 'stamp'>): string {
  return `${subject} ${stamp}`;
}

function keyOf(holder: string, scope: Scope, blob: Digest | undefined): string {
  return `${holder} ${formatScope(scope)} ${blob ?? ''}`;
}

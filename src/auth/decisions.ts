import type { Digest } from '../domain/digest.ts';
import { formatScope, type Scope } from '../domain/scopes.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import type { Repository } from '../storage/workspaces/images.ts';
import type { Identity } from './principal.ts';

/** A decision may be used again until it is this old, in ms. */
export const DECISION_LIFETIME = 60_000;

/** Decisions that one isolate remembers; the oldest go first, since they expire first. */
export const MAX_DECISIONS = 10_000;

/** Repositories whose last deletion one isolate remembers. */
const MAX_DELETIONS = 1000;

/**
 * What the database let a client do. Its age counts from when the *database* was asked, whatever
 * it has been through since, so that no one acts on a decision older than a minute.
 *
 * It is plain JSON, and whoever holds it needs nothing else to act on it: the isolate that asked
 * remembers it here, by the token or the credential that was shown.
 *
 * Within its minute a decision outlives a revocation, a change of access or a deletion that was
 * made elsewhere. Changes that this isolate makes itself end it at once. The object that it names
 * outlives it, because collection waits longer before it deletes one (`deletionDelay` in src/env.ts).
 */
export interface Decision extends Identity {
  /** What is allowed on what. */
  readonly scope: Scope;
  /** The repository as the same query found it; null where the query did not look for it. */
  readonly repository: Repository | null;
  /** The blob that it lets the client pull; null where it is about none. */
  readonly blob: BlobRecord | null;
  /** When the query that decided was sent, ms since 1970. */
  readonly decidedAt: number;
}

const decisions = new Map<string, Decision>();

/** When this isolate last changed anyone's rights, ms since 1970. */
let changedAt = Number.NEGATIVE_INFINITY;
/** When it last deleted something of a repository, by full name. */
const deletedAt = new Map<string, number>();

/**
 * Remembers a decision for whoever shows the same thing again.
 * @param holder a keyed fingerprint of what was shown, or a word for those who showed nothing
 */
export function rememberDecision(holder: string, decision: Decision): void {
  const { scope, blob, decidedAt } = decision;
  // The query may have read what was changed while its answer was on the way.
  const endedAt = Math.max(changedAt, deletedAt.get(scope.name) ?? changedAt);
  if (decidedAt <= endedAt) return;
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
  const age = decision ? now - decision.decidedAt : Number.NaN;
  return decision && age >= 0 && age < DECISION_LIFETIME ? decision : null;
}

/** Ends every decision, because someone's rights may have changed. */
export function forgetDecisions(): void {
  changedAt = Date.now();
  decisions.clear();
}

/** Ends the decisions on a repository, because something of it was deleted. */
export function forgetDecisionsOn(repository: string): void {
  setBounded(deletedAt, MAX_DELETIONS, repository, Date.now());
  forgetWhere(({ scope }) => scope.name === repository);
}

/** Ends the decisions for an identity that is no longer valid. */
export function forgetDecisionsFor({ subject, stamp }: Omit<Identity, 'name'>): void {
  forgetWhere((decision) => decision.subject === subject && decision.stamp === stamp);
}

function forgetWhere(isOver: (decision: Decision) => boolean): void {
  for (const [key, decision] of decisions) if (isOver(decision)) decisions.delete(key);
}

function keyOf(holder: string, scope: Scope, blob: Digest | undefined): string {
  return `${holder} ${formatScope(scope)} ${blob ?? ''}`;
}

/** Sets an entry as the newest of a map; the oldest goes when there are more than `most`. */
function setBounded<T>(map: Map<string, T>, most: number, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

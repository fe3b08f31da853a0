/** How long a decision about access may be used again, ms: none may be older than a minute. */
export const DECISION_LIFETIME = 60_000;

/** Decisions of the last minute in this isolate, at most so many: the oldest go first. */
export class RecentDecisions<T> {
  readonly #kept = new Map<string, { readonly decision: T; readonly decidedAt: number }>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The decision kept under a key, if it is not too old at `now`, ms. */
  find(key: string, now: number): T | null {
    const kept = this.#kept.get(key);
    return kept && now - kept.decidedAt < DECISION_LIFETIME ? kept.decision : null;
  }

  /** @param decidedAt when the query was sent that decided, ms */
  keep(key: string, decision: T, decidedAt: number): void {
    this.#kept.delete(key);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= this.#most && !oldest.done) this.#kept.delete(oldest.value);
    this.#kept.set(key, { decision, decidedAt });
  }

  /** Forgets them all. */
  end(): void {
    this.#kept.clear();
  }
}

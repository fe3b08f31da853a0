import { byPush, expires, type RetentionRules, whyKept } from './retention.ts';
import { matchesAny } from './tag-patterns.ts';
import { DAY_MS } from './time.ts';

/** A period in which a tag pointed at one manifest: from a push to the next change of the tag. */
export interface TagLife {
  readonly tag: string;
  readonly digest: string;
  /** ms */
  readonly pushedAt: number;
  /** When the tag was pushed again, moved or deleted, ms; null: it still points there. */
  readonly until: number | null;
}

/** Pulls of a digest on one day; of a tag, where an earlier release counted by tag. */
export interface PullDay {
  readonly reference: string;
  /** Days since 1970, UTC. */
  readonly day: number;
  readonly pulls: number;
}

/** A version that rules would have deleted. */
export interface BacktestDeletion {
  readonly tag: string;
  readonly digest: string;
  /** The day at whose start it would have been deleted: days since 1970, UTC. */
  readonly day: number;
  /** Pulls from that day until the next change of the tag, or until today. */
  readonly pulls: number;
  /** The last day with such a pull. */
  readonly lastPulledDay: number | null;
}

/**
 * What rules would have deleted of one image if they had been applied at the start of each day
 * from `first` to `last`. A pull counts as if it were at the end of its day; of other uses, days are not
 * recorded.
 * @param lives all that overlap these days
 * @param pulls those of these days, and of the `keepDays` before them
 */
export function backtestImage(
  rules: RetentionRules,
  lives: readonly TagLife[],
  pulls: readonly PullDay[],
  { first, last }: { readonly first: number; readonly last: number },
): BacktestDeletion[] {
  if (!expires(rules)) return [];
  const named = [...rules.keepTags, ...rules.immutableTags];
  const unnamed = new Set(lives.filter(({ tag }) => !matchesAny(named, tag)));
  const byAge = { ...rules, keepTags: [], immutableTags: [] };
  const pulled = new PullsSoFar(pulls);
  const deletions: BacktestDeletion[] = [];
  let there = [...lives].sort(byPush);
  for (let day = first; day <= last; day++) {
    const now = day * DAY_MS;
    pulled.goTo(day);
    there = there.filter(({ until }) => until === null || until >= now);
    const versions = there.filter(({ pushedAt }) => pushedAt < now);
    const lastKept = rules.keepLast === null ? null : (versions[rules.keepLast - 1] ?? null);
    const gone = new Set(
      versions.filter((life) => {
        const version = { ...life, lastUsedAt: pulled.lastPulledAt(life) };
        return unnamed.has(life) && whyKept(byAge, version, lastKept, now) === null;
      }),
    );
    deletions.push(...[...gone].map((life) => describeDeletion(life, day, pulled.from(life, day))));
    if (gone.size > 0) there = there.filter((life) => !gone.has(life));
  }
  return deletions;
}

function describeDeletion(
  { tag, digest }: TagLife,
  day: number,
  later: PullDay[],
): BacktestDeletion {
  return {
    tag,
    digest,
    day,
    pulls: later.reduce((sum, { pulls }) => sum + pulls, 0),
    lastPulledDay: later.length > 0 ? Math.max(...later.map((pull) => pull.day)) : null,
  };
}

/** Pulls of an image, day by day. */
class PullsSoFar {
  readonly #inOrder: readonly PullDay[];
  readonly #byReference: ReadonlyMap<string, PullDay[]>;
  readonly #lastDays = new Map<string, number>();
  #next = 0;

  constructor(pulls: readonly PullDay[]) {
    this.#inOrder = [...pulls].sort((a, b) => a.day - b.day);
    this.#byReference = Map.groupBy(this.#inOrder, ({ reference }) => reference);
  }

  /** Makes everything before a day known. */
  goTo(day: number): void {
    for (let pull = this.#inOrder[this.#next]; pull && pull.day < day; ) {
      this.#lastDays.set(pull.reference, pull.day);
      pull = this.#inOrder[++this.#next];
    }
  }

  /** The last known pull by tag or digest: the end of its day, ms. */
  lastPulledAt({ tag, digest }: TagLife): number | null {
    const day = Math.max(this.#lastDays.get(tag) ?? -1, this.#lastDays.get(digest) ?? -1);
    return day < 0 ? null : (day + 1) * DAY_MS - 1;
  }

  /** Pulls by tag or digest from a day until the tag was changed. */
  from({ tag, digest, until }: TagLife, day: number): PullDay[] {
    const all = [tag, digest].flatMap((reference) => this.#byReference.get(reference) ?? []);
    return all.filter((pull) => pull.day >= day && (until === null || pull.day * DAY_MS < until));
  }
}

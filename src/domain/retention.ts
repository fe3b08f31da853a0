import * as z from 'zod/mini';
import { matchesAny } from './tag-patterns.ts';
import { DAY_MS } from './time.ts';

/** Versions `keepLast` names at most: each look at an image reads so many. */
export const MAX_KEEP_LAST = 1000;

export const MAX_KEEP_DAYS = 3650;

/** The rules of a workspace. */
const stored = z.object({
  /** Versions of each image that are kept: those pushed last. */
  keepLast: z._default(z.nullable(z.int()), null),
  /** Days that a version is kept after it was pushed or pulled last. */
  keepDays: z._default(z.nullable(z.int()), null),
  /** Patterns of tags that are kept whatever their age. */
  keepTags: z._default(z.array(z.string()), []),
  /** Patterns of tags that nobody moves or deletes once they are there. */
  immutableTags: z._default(z.array(z.string()), []),
});

export type RetentionRules = Readonly<z.output<typeof stored>>;

/** What holds until an owner says otherwise: nothing goes, everything may be changed. */
export const NO_RULES: RetentionRules = {
  keepLast: null,
  keepDays: null,
  keepTags: [],
  immutableTags: [],
};

/** Rules as a workspace's row has them. */
export function parseRules(json: string | null): RetentionRules {
  return json === null ? NO_RULES : stored.parse(JSON.parse(json));
}

/** Rules as a workspace's row has them; null for those that say nothing. */
export function formatRules(rules: RetentionRules): string | null {
  const says = expires(rules) || rules.keepTags.length > 0 || rules.immutableTags.length > 0;
  return says ? JSON.stringify(rules) : null;
}

/** Whether versions go by these rules at all: patterns alone only keep. */
export function expires({ keepLast, keepDays }: RetentionRules): boolean {
  return keepLast !== null || keepDays !== null;
}

/** What the rules look at in a version. */
export interface VersionActivity {
  readonly tag: string;
  /** When the tag was set, ms. */
  readonly pushedAt: number;
  /** When it was pulled last, by tag or digest, ms. */
  readonly lastPulledAt: number | null;
}

/** Where a version stands among those of its image by the time of their push. */
export type PushPlace = Pick<VersionActivity, 'tag' | 'pushedAt'>;

/** Orders versions, the one pushed last first. */
export function byPush(a: PushPlace, b: PushPlace): number {
  if (a.pushedAt !== b.pushedAt) return b.pushedAt - a.pushedAt;
  return a.tag === b.tag ? 0 : a.tag < b.tag ? 1 : -1;
}

/** Why a version is kept; where there is more than one reason, the first of these. */
export const KEEP_REASONS = ['last', 'recent', 'pattern', 'immutable'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/**
 * Why rules that let versions go keep this one; null: it goes.
 * @param lastKept the last of the `keepLast` versions of its image; null: it has no more
 * @param now ms
 */
export function whyKept(
  rules: RetentionRules,
  version: VersionActivity,
  lastKept: PushPlace | null,
  now: number,
): KeepReason | null {
  const { keepLast, keepDays, keepTags, immutableTags } = rules;
  if (keepLast !== null && (lastKept === null || byPush(version, lastKept) <= 0)) return 'last';
  const used = Math.max(version.pushedAt, version.lastPulledAt ?? 0);
  if (keepDays !== null && used >= now - keepDays * DAY_MS) return 'recent';
  if (matchesAny(keepTags, version.tag)) return 'pattern';
  return matchesAny(immutableTags, version.tag) ? 'immutable' : null;
}

import * as z from 'zod/mini';
import { matchesAny } from './tag-patterns.ts';
import { DAY_MS } from './time.ts';

/** The largest `keepLast`: each look at an image reads so many versions. */
export const MAX_KEEP_LAST = 1000;

export const MAX_KEEP_DAYS = 3650;

/** The rules of a workspace. */
const stored = z.object({
  /** How many versions of each image are kept: those pushed last. */
  keepLast: z._default(z.nullable(z.int()), null),
  /** Days that a version is kept after its last push or use. */
  keepDays: z._default(z.nullable(z.int()), null),
  /** Patterns of tags that are always kept. */
  keepTags: z._default(z.array(z.string()), []),
  /** Patterns of tags that can be pushed once, and then neither moved nor deleted. */
  immutableTags: z._default(z.array(z.string()), []),
});

export type RetentionRules = Readonly<z.output<typeof stored>>;

/** The rules of a workspace without any: nothing is deleted, everything may be changed. */
export const NO_RULES: RetentionRules = {
  keepLast: null,
  keepDays: null,
  keepTags: [],
  immutableTags: [],
};

/** Parses the rules in a workspace's row. */
export function parseRules(json: string | null): RetentionRules {
  return json === null ? NO_RULES : stored.parse(JSON.parse(json));
}

/** Rules for a workspace's row; null if they have no effect. */
export function formatRules(rules: RetentionRules): string | null {
  const says = expires(rules) || rules.keepTags.length > 0 || rules.immutableTags.length > 0;
  return says ? JSON.stringify(rules) : null;
}

/** Whether these rules delete versions at all: patterns alone only keep. */
export function expires({ keepLast, keepDays }: RetentionRules): boolean {
  return keepLast !== null || keepDays !== null;
}

/** What decides whether rules keep a version. */
export interface VersionActivity {
  readonly tag: string;
  /** When the tag was set, ms. */
  readonly pushedAt: number;
  /** The last use of its content, by tag, digest or a part of it, ms. */
  readonly lastUsedAt: number | null;
}

/** The place of a version in the order of pushes to its image. */
export type PushPlace = Pick<VersionActivity, 'tag' | 'pushedAt'>;

/** Orders versions by push, the last one first. */
export function byPush(a: PushPlace, b: PushPlace): number {
  if (a.pushedAt !== b.pushedAt) return b.pushedAt - a.pushedAt;
  return a.tag === b.tag ? 0 : a.tag < b.tag ? 1 : -1;
}

/** Why a version is kept; if there are several reasons, the first of these. */
export const KEEP_REASONS = ['last', 'recent', 'pattern', 'immutable'] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/**
 * Why rules that delete versions keep this one; null: they delete it.
 * @param lastKept the last of the `keepLast` versions of its image; null: it has fewer
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
  const used = Math.max(version.pushedAt, version.lastUsedAt ?? 0);
  if (keepDays !== null && used >= now - keepDays * DAY_MS) return 'recent';
  if (matchesAny(keepTags, version.tag)) return 'pattern';
  return matchesAny(immutableTags, version.tag) ? 'immutable' : null;
}

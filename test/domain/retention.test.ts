import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  byPush,
  expires,
  formatRules,
  NO_RULES,
  parseRules,
  type RetentionRules,
  type VersionActivity,
  whyKept,
} from '../../src/domain/retention.ts';

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY;

const pattern = fc.constantFrom('v*', '*-rc?', 'latest', 't1*', '*');
const rulesOf: fc.Arbitrary<RetentionRules> = fc.record({
  keepLast: fc.option(fc.integer({ min: 1, max: 8 })),
  keepDays: fc.option(fc.integer({ min: 1, max: 60 })),
  keepTags: fc.array(pattern, { maxLength: 2 }),
  immutableTags: fc.array(pattern, { maxLength: 2 }),
});

const time = fc.integer({ min: 0, max: 100 }).map((days) => NOW - days * DAY);
const versionsOf: fc.Arbitrary<VersionActivity[]> = fc.uniqueArray(
  fc.record({
    tag: fc.constantFrom('latest', 'v1', 'v2', '1-rc1', 't1', 't10', 't2', 't3', 't4', 't5'),
    pushedAt: time,
    lastUsedAt: fc.option(time),
  }),
  { selector: ({ tag }) => tag },
);

function judge(rules: RetentionRules, versions: readonly VersionActivity[], now = NOW) {
  const lastKept = [...versions].sort(byPush)[(rules.keepLast ?? 0) - 1] ?? null;
  return versions.map((version) => whyKept(rules, version, lastKept, now));
}

test('the rules keep exactly the last, the recent and what matches a pattern', () => {
  fc.assert(
    fc.property(rulesOf, versionsOf, (rules, versions) => {
      const reasons = judge(rules, versions);
      const { keepLast, keepDays } = rules;
      const last = reasons.filter((reason) => reason === 'last');
      expect(last).toHaveLength(Math.min(keepLast ?? 0, versions.length));
      versions.forEach(({ tag, pushedAt, lastUsedAt }, n) => {
        const age = NOW - Math.max(pushedAt, lastUsedAt ?? 0);
        const named = [...rules.keepTags, ...rules.immutableTags].some((text) =>
          new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(tag),
        );
        const recent = keepDays !== null && age <= keepDays * DAY;
        const kept = reasons[n] === 'last' || recent || named;
        expect(reasons[n] === null).toBe(!kept);
      });
    }),
  );
});

test('a version is deleted whether or not the others are deleted first', () => {
  fc.assert(
    fc.property(rulesOf, versionsOf, (rules, versions) => {
      const reasons = judge(rules, versions);
      const rest = versions.filter((_, n) => reasons[n] !== null);
      expect(judge(rules, rest)).toEqual(reasons.filter((reason) => reason !== null));
    }),
  );
});

test('no deleted version was pushed after one that is kept as one of the last', () => {
  fc.assert(
    fc.property(rulesOf, versionsOf, (rules, versions) => {
      const reasons = judge(rules, versions);
      const last = versions.filter((_, n) => reasons[n] === 'last');
      const gone = versions.filter((_, n) => reasons[n] === null);
      for (const one of gone) {
        for (const kept of last) expect(one.pushedAt).toBeLessThanOrEqual(kept.pushedAt);
      }
    }),
  );
});

test('rules are read as they were stored; rules without effect are stored as null', () => {
  fc.assert(
    fc.property(rulesOf, (rules) => {
      expect(parseRules(formatRules(rules))).toEqual(rules);
    }),
  );
  expect(formatRules(NO_RULES)).toBe(null);
  expect(expires({ ...NO_RULES, keepTags: ['v*'], immutableTags: ['v*'] })).toBe(false);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byPush, NO_RULES, type RetentionRules, whyKept } from '../../src/domain/retention.ts';
import { backtestImage, type PullDay, type TagLife } from '../../src/domain/retention-backtest.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Noon of a day. */
const noon = (day: number) => day * DAY + DAY / 2;

/** A tag that exists from one day until another. */
const life = (tag: string, from: number, until: number | null = null): TagLife => ({
  tag,
  digest: `sha256:${tag}-${from}`,
  pushedAt: noon(from),
  until: until === null ? null : noon(until),
});

const pull = (reference: string, day: number, pulls = 1): PullDay => ({ reference, day, pulls });

const period = { first: 100, last: 189 };

const run = (rules: Partial<RetentionRules>, lives: TagLife[], pulls: PullDay[] = []) =>
  backtestImage({ ...NO_RULES, ...rules }, lives, pulls, period);

describe('a version is deleted at the start of the day', () => {
  test('on which enough others were pushed after it', () => {
    const lives = [life('v1', 90), life('v2', 110), life('v3', 120)];
    expect(run({ keepLast: 2 }, lives)).toMatchObject([{ tag: 'v1', day: 121, pulls: 0 }]);
  });

  test('on which its days after the last pull are over', () => {
    expect(run({ keepDays: 10 }, [life('v1', 95)])).toMatchObject([{ tag: 'v1', day: 106 }]);
    const pulls = [pull('v1', 103)];
    expect(run({ keepDays: 10 }, [life('v1', 95)], pulls)).toMatchObject([{ tag: 'v1', day: 114 }]);
  });

  test('and not while its digest is pulled', () => {
    const pulls = Array.from({ length: 100 }, (_, n) => pull('sha256:v1-95', 95 + n));
    expect(run({ keepDays: 10 }, [life('v1', 95)], pulls)).toEqual([]);
  });

  test('but only once', () => {
    expect(run({ keepDays: 1 }, [life('v1', 95)])).toHaveLength(1);
  });
});

describe('nothing is deleted', () => {
  test.each([
    ['that a pattern names', { keepDays: 1, keepTags: ['v*'] }],
    ['that is immutable', { keepDays: 1, immutableTags: ['v*'] }],
    ['by rules that only keep', { keepTags: ['x*'] }],
    ['that is among the last', { keepDays: 1, keepLast: 1 }],
  ])('%s', (_, rules) => {
    expect(run(rules, [life('v1', 50)])).toEqual([]);
  });

  test('that was deleted or moved before its day came', () => {
    expect(run({ keepDays: 10 }, [life('v1', 95, 104)])).toEqual([]);
  });
});

describe('a pull afterwards', () => {
  test('counts from the day of the deletion until the tag is pushed again', () => {
    const lives = [life('v1', 95, 150), life('v1', 150)];
    const pulls = [pull('v1', 95, 9), pull('v1', 106, 3), pull('v1', 120, 4), pull('v1', 170, 5)];
    const [first, second] = run({ keepDays: 10 }, lives, pulls);
    expect(first).toEqual({
      tag: 'v1',
      digest: 'sha256:v1-95',
      day: 106,
      pulls: 7,
      lastPulledDay: 120,
    });
    expect(second).toMatchObject({ day: 161, pulls: 5, lastPulledDay: 170 });
  });

  test('counts by digest too, but not by another tag', () => {
    const lives = [life('v1', 95), life('v2', 95)];
    const pulls = [pull('sha256:v1-95', 130, 2)];
    expect(run({ keepDays: 10 }, lives, pulls)).toMatchObject([
      { tag: 'v2', pulls: 0, lastPulledDay: null },
      { tag: 'v1', pulls: 2 },
    ]);
  });
});

/** The same by brute force: every version is checked on every day. */
function simulate(rules: RetentionRules, lives: readonly TagLife[], pulls: readonly PullDay[]) {
  const gone = new Map<TagLife, number>();
  for (let day = period.first; day <= period.last; day++) {
    const now = day * DAY;
    const there = lives
      .filter((one) => !gone.has(one) && one.pushedAt < now && (one.until ?? now) >= now)
      .sort(byPush);
    const lastKept = there[(rules.keepLast ?? 0) - 1] ?? null;
    for (const one of there) {
      const days = pulls
        .filter(({ reference }) => reference === one.tag || reference === one.digest)
        .filter((pulled) => pulled.day < day)
        .map((pulled) => (pulled.day + 1) * DAY - 1);
      const lastUsedAt = days.length > 0 ? Math.max(...days) : null;
      if (whyKept(rules, { ...one, lastUsedAt }, lastKept, now) === null) gone.set(one, day);
    }
  }
  return [...gone].map(([one, day]) => `${one.digest} on ${day}`).sort();
}

test('any history has the same result as checking every version on every day', () => {
  const tag = fc.constantFrom('v1', 'v2', 't1', 't2', 'latest');
  const pushes = fc.uniqueArray(fc.tuple(tag, fc.integer({ min: 60, max: 189 })), {
    selector: ([name, day]) => `${name} ${day}`,
    maxLength: 12,
  });
  const pulls = fc.array(fc.tuple(tag, fc.integer({ min: 50, max: 189 })), { maxLength: 12 });
  const rules = fc.record({
    keepLast: fc.option(fc.integer({ min: 1, max: 3 })),
    keepDays: fc.integer({ min: 1, max: 40 }),
    keepTags: fc.constantFrom<string[]>([], ['v*']),
    immutableTags: fc.constantFrom<string[]>([], ['latest']),
  });
  fc.assert(
    fc.property(rules, pushes, pulls, (limits, pushed, pulled) => {
      const lives = pushed.map(([name, day]) => {
        const later = pushed.filter(([other, next]) => other === name && next > day);
        const until = later.length > 0 ? Math.min(...later.map(([, next]) => next)) : null;
        return life(name, day, until);
      });
      const days = pulled.map(([name, day]) => pull(name, day));
      const found = backtestImage(limits, lives, days, period);
      expect(found.map(({ digest, day }) => `${digest} on ${day}`).sort()).toEqual(
        simulate(limits, lives, days),
      );
    }),
  );
});

import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/domain/time.ts';
import { outcomeOf, parseRetryAfter, waitAfter } from '../../src/domain/triggers/retries.ts';

test.each([
  [200, 'delivered'],
  [204, 'delivered'],
  [302, 'retry'],
  [400, 'refused'],
  [401, 'refused'],
  [410, 'refused'],
  [408, 'retry'],
  [425, 'retry'],
  [429, 'retry'],
  [500, 'retry'],
  [503, 'retry'],
  [null, 'retry'],
] as const)('an answer of %s: %s', (status, outcome) => {
  expect(outcomeOf(status)).toBe(outcome);
});

test('the waits double to an hour, with a fifth more or less, and fit a day', () => {
  expect([1, 2, 3].map((tries) => waitAfter(tries, null, 0.5))).toEqual([5000, 10_000, 20_000]);
  expect(waitAfter(1, null, 0)).toBe(4000);
  expect(waitAfter(1, null, 1)).toBe(6000);
  expect(waitAfter(100, null, 0.5)).toBe(HOUR_MS);
  let [total, tries] = [0, 0];
  while (total < DAY_MS) total += waitAfter(++tries, null, 0.5);
  expect(tries).toBeGreaterThan(20);
  expect(tries).toBeLessThan(50);
});

test('Retry-After makes a wait longer, never shorter and never more than an hour', () => {
  expect(waitAfter(1, 60_000, 0.5)).toBe(60_000);
  expect(waitAfter(5, 1000, 0.5)).toBe(80_000);
  expect(waitAfter(1, 7 * DAY_MS, 0.5)).toBe(HOUR_MS);
});

test.each([
  ['120', 120_000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 59_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', null],
  [null, null],
])('Retry-After: %s', (header, wait) => {
  expect(parseRetryAfter(header, 1000)).toBe(wait);
});

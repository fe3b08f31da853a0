import { describe, expect, test } from 'vitest';
import { DECISION_LIFETIME, RecentDecisions } from '../../src/auth/recent-decisions.ts';

describe('recent decisions', () => {
  test('are found until they are a minute old, counted from when they were made', () => {
    const recent = new RecentDecisions<string>(2);
    recent.keep('a', 'yes', 1000);
    expect(recent.find('a', 1000 + DECISION_LIFETIME - 1)).toBe('yes');
    expect(recent.find('a', 1000 + DECISION_LIFETIME)).toBeNull();
    expect(recent.find('b', 1000)).toBeNull();
  });

  test('are as many as allowed: the one made longest ago goes first', () => {
    const recent = new RecentDecisions<number>(2);
    recent.keep('a', 1, 0);
    recent.keep('b', 2, 0);
    recent.keep('a', 3, 0);
    recent.keep('c', 4, 0);
    expect(['a', 'b', 'c'].map((key) => recent.find(key, 0))).toEqual([3, null, 4]);
  });

  test('are gone once they are ended', () => {
    const recent = new RecentDecisions<string>(2);
    recent.keep('a', 'yes', 0);
    recent.end();
    expect(recent.find('a', 0)).toBeNull();
  });
});

import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesPattern, TAG_PATTERN } from '../../src/domain/tag-patterns.ts';

test.each([
  ['v*', 'v1.2', true],
  ['v*', 'dev', false],
  ['*', 'anything', true],
  ['release-?', 'release-1', true],
  ['release-?', 'release-10', false],
  ['*-rc*', '1.0-rc.2', true],
  ['v1.*', 'v1x2', false],
  ['latest', 'latest', true],
  ['latest', 'Latest', false],
  ['**', 'v', true],
])('%s on %s: %s', (pattern, tag, matches) => {
  expect(matchesPattern(pattern, tag)).toBe(matches);
});

test('a pattern matches as in the database', () => {
  const database = new DatabaseSync(':memory:');
  const glob = database.prepare('SELECT ? GLOB ? AS matches');
  const text = (characters: string) =>
    fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(text('ab.-*?'), text('ab.-'), (pattern, tag) => {
      expect(matchesPattern(pattern, tag)).toBe(glob.get(tag, pattern)?.matches === 1);
    }),
    { numRuns: 3000 },
  );
});

test('the worst pattern is fast', () => {
  expect(matchesPattern(`${'*a'.repeat(24)}b`, 'a'.repeat(128))).toBe(false);
});

test.each(['[a-z]', 'a b', 'ä', ''])('%j is not a pattern', (text) => {
  expect(TAG_PATTERN.test(text)).toBe(false);
});

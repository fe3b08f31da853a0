import { expect, test } from 'vitest';
import {
  matchesEtag,
  matchesEtagStrongly,
  parseCondition,
  rangeIfUnchanged,
} from '../../src/domain/conditions.ts';

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  ['"b,*,a"', false],
  ['x,"a', false],
  ['"b", *', false],
  ['', false],
  ['"a b"', false],
  [', "b" ,,"a",', true],
])('If-None-Match %s has "a": %s', (header, expected) => {
  expect(matchesEtag(header, '"a"')).toBe(expected);
});

test.each([
  ['"a"', true],
  ['"b" , "a"', true],
  ['*', true],
  ['W/"a"', false],
  ['"b"', false],
  ['"b,*,a"', false],
  ['"b","a,', false],
  ['', false],
])('If-Match %s has "a": %s', (header, expected) => {
  expect(matchesEtagStrongly(header, '"a"')).toBe(expected);
});

test('where there is no ETag, only * names what is there', () => {
  for (const matches of [matchesEtag, matchesEtagStrongly]) {
    expect([matches('*', null), matches('"a"', null)]).toEqual([true, false]);
  }
});

test('a weak ETag of ours is never named by If-Match', () => {
  expect(matchesEtagStrongly('W/"a"', 'W/"a"')).toBe(false);
  expect(matchesEtag('"a"', 'W/"a"')).toBe(true);
});

test('a long header is read in no time', () => {
  for (const header of [`${','.repeat(8000)}x`, `${'"a" , '.repeat(2000)}x`, ' '.repeat(8000)]) {
    expect(parseCondition(header)).toBeNull();
  }
});

test.each([
  [undefined, 'bytes=1-'],
  ['"a"', 'bytes=1-'],
  [' "a" ', 'bytes=1-'],
  ['"b"', undefined],
  // A weak tag does not promise the same bytes.
  ['W/"a"', undefined],
  ['Wed, 25 Nov 2026 00:00:00 GMT', undefined],
])('with If-Range %s the range is %s', (ifRange, expected) => {
  expect(rangeIfUnchanged('bytes=1-', ifRange, '"a"')).toBe(expected);
});

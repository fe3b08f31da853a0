import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_PAGE, nextLink, parsePage } from '../../src/domain/paging.ts';
import { garbage } from './support/arbitraries.ts';
import { allowRefusal, catchError } from './support/catch-error.ts';

test.each([
  [undefined, undefined, { limit: MAX_PAGE, last: '' }],
  ['0', undefined, { limit: 0, last: '' }],
  ['1', 'v1', { limit: 1, last: 'v1' }],
  ['007', '', { limit: 7, last: '' }],
  ['1000', 'a/b', { limit: 1000, last: 'a/b' }],
  ['1001', 'x'.repeat(512), { limit: 1000, last: 'x'.repeat(512) }],
  ['999999999999999', undefined, { limit: 1000, last: '' }],
])('n=%s and last=%s is %j', (n, last, page) => {
  expect(parsePage(n, last)).toEqual(page);
});

test.each(['', '-1', '+1', '1.5', '1e3', '0x10', 'ten', ' 1', '1 ', '١', 'NaN', 'Infinity'])(
  'n=%j is refused',
  (n) => {
    expect(catchError(() => parsePage(n, undefined))).toMatchObject({
      code: 'PAGINATION_NUMBER_INVALID',
      status: 400,
    });
  },
);

test('a last that is longer than any key is refused', () => {
  expect(catchError(() => parsePage('1', 'x'.repeat(513))).code).toBe('PARAMETER_INVALID');
});

test('every whole number is accepted, and cut to the largest page', () => {
  fc.assert(
    fc.property(fc.nat(), (n) => {
      expect(parsePage(String(n), undefined).limit).toBe(Math.min(n, MAX_PAGE));
    }),
  );
});

test('garbage is refused with a 4xx', () => {
  fc.assert(fc.property(garbage, garbage, (n, last) => allowRefusal(() => parsePage(n, last))));
});

test('the link asks for the page after any key', () => {
  const key = fc.string({ unit: 'grapheme', maxLength: 40 });
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: MAX_PAGE }), (last, limit) => {
      const link = nextLink('/v2/a/b/tags/list', { n: String(limit), last });
      const [, target = ''] = /^<([^<>"\s]+)>; rel="next"$/.exec(link) ?? [];
      const { pathname, searchParams } = new URL(target, 'http://registry');
      expect(pathname).toBe('/v2/a/b/tags/list');
      expect(
        parsePage(searchParams.get('n') ?? undefined, searchParams.get('last') ?? undefined),
      ).toEqual({ limit, last });
    }),
  );
});

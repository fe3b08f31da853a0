import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseContentRange, parseRange, rangeLength } from '../../src/domain/ranges.ts';
import { garbage } from './support/arbitraries.ts';
import { allowRefusal, catchError } from './support/catch-error.ts';

/** A header, and the positions of the content that it asks for. */
interface Request {
  readonly header: string;
  readonly wants: (position: number, size: number) => boolean;
}

const position = fc.nat(40);

const request: fc.Arbitrary<Request> = fc.oneof(
  fc.tuple(position, position).map(([first, last]) => ({
    header: `bytes=${first}-${last}`,
    wants: (at: number) => at >= first && at <= last,
  })),
  position.map((first) => ({ header: `bytes=${first}-`, wants: (at: number) => at >= first })),
  position.map((length) => ({
    header: `bytes=-${length}`,
    wants: (at: number, size: number) => at >= size - length,
  })),
);

describe('Range', () => {
  test('gives exactly the requested positions that exist, or 416 if there are none', () => {
    fc.assert(
      fc.property(request, fc.nat(30), ({ header, wants }, size) => {
        const positions = [...Array(size).keys()].filter((at) => wants(at, size));
        if (positions.length === 0) {
          const error = catchError(() => parseRange(header, size));
          expect(error).toMatchObject({ code: 'RANGE_INVALID', status: 416 });
          expect(error.extras.headers).toEqual({ 'content-range': `bytes */${size}` });
          return;
        }
        const range = parseRange(header, size);
        expect(range).toEqual({ start: positions[0], end: positions.at(-1) });
        expect(range && rangeLength(range)).toBe(positions.length);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=5-100', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-100', { start: 0, end: 9 }],
    ['bytes=0-999999999999999', { start: 0, end: 9 }],
  ])('%s of 10 bytes is %j', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=5-4', 'bytes=-0', 'bytes=999999999999999-'])(
    '%s of 10 bytes is not satisfiable',
    (header) => {
      expect(catchError(() => parseRange(header, 10)).status).toBe(416);
    },
  );

  test.each([
    null,
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=--5',
    'bytes=-1-5',
    'bytes=1-2-3',
    'bytes=0x1-0x2',
    'bytes=1 2-30',
    'bytes=1.5-2',
    'bytes=,',
    'bytes=0-1,x',
    'items=0-1',
    '0-1',
  ])('%j is no range of bytes: the whole content is sent', (header) => {
    expect(parseRange(header, 100)).toBeNull();
  });

  test('garbage never gives a range outside the content', () => {
    const header = fc.oneof(
      garbage,
      garbage.map((text) => `bytes=${text}`),
      fc.string({ unit: fc.constantFrom(...'bytes=0159-, ') }).map((text) => `bytes=${text}`),
    );
    fc.assert(
      fc.property(header, fc.nat(), (text, size) =>
        allowRefusal(() => {
          const range = parseRange(text, size);
          if (range === null) return;
          expect(range.start).toBeLessThanOrEqual(range.end);
          expect(range.end).toBeLessThan(size);
        }),
      ),
    );
  });
});

describe('Content-Range', () => {
  test('gives its positions, with or without the unit and the total', () => {
    const place = fc.maxSafeNat().map((n) => Math.floor(n / 10));
    const form = fc.constantFrom(
      (range: string) => range,
      (range: string) => ` ${range} `,
      (range: string) => `bytes ${range}/*`,
      (range: string) => `bytes ${range}/999999999999999`,
    );
    fc.assert(
      fc.property(place, place, form, (one, two, write) => {
        const [start, end] = one < two ? [one, two] : [two, one];
        expect(parseContentRange(write(`${start}-${end}`))).toEqual({ start, end });
      }),
    );
  });

  test('is optional', () => {
    expect(parseContentRange(undefined)).toBeNull();
    expect(parseContentRange(null)).toBeNull();
  });

  test.each([
    '',
    '-',
    '0',
    '5-',
    '-5',
    '5-4',
    '-1-5',
    '--5',
    'a-b',
    '0x0-0x5',
    '1e1-2e1',
    '0 - 5',
    '0-5,6-9',
    '0-5/',
    '0-5/x',
    'bytes */6',
    'items 0-5/6',
    'bytes 0-5/5',
    '0-99999999999999999999',
  ])('%j is refused', (header) => {
    expect(catchError(() => parseContentRange(header))).toMatchObject({
      code: 'BLOB_UPLOAD_INVALID',
      status: 400,
    });
  });

  test('garbage is refused with a 4xx', () => {
    fc.assert(fc.property(garbage, (text) => allowRefusal(() => parseContentRange(text))));
  });
});

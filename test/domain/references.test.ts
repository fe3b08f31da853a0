import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseReference, parseTag } from '../../src/domain/names.ts';
import { digest, garbage, textOf } from './support/arbitraries.ts';
import { allowRefusal, catchError } from './support/catch-error.ts';

const FIRST = 'abzABZ019_';

/** Tags as the specification's grammar builds them. */
const tag = fc
  .tuple(fc.constantFrom(...FIRST), textOf(`${FIRST}.-`, { minLength: 0, maxLength: 127 }))
  .map(([first, rest]) => first + rest);

test.each(['latest', 'v1.2.3', '_', '0', 'A-b.C_d', '1..2', 'a--', 'a'.repeat(128)])(
  '%s is a tag',
  (text) => {
    expect(parseTag(text)).toBe(text);
    expect(parseReference(text)).toEqual({ kind: 'tag', tag: text });
  },
);

test.each([
  '',
  '.',
  '..',
  '.a',
  '-a',
  'a b',
  'a/b',
  'a+b',
  'a%2e',
  'tag\n',
  'a\0',
  'ä',
  'a'.repeat(129),
])('%j is not a tag', (text) => {
  for (const parse of [parseTag, parseReference]) {
    expect(catchError(() => parse(text))).toMatchObject({ code: 'TAG_INVALID', status: 400 });
  }
});

test('every tag of the grammar is accepted unchanged', () => {
  fc.assert(fc.property(tag, (text) => void expect(parseTag(text)).toBe(text)));
});

test('a tag is accepted exactly if the grammar allows it', () => {
  fc.assert(
    fc.property(textOf('aZ9._-/ %é', { minLength: 0, maxLength: 6 }), (text) => {
      const allowed =
        text !== '' &&
        !text.startsWith('.') &&
        !text.startsWith('-') &&
        [...text].every((character) => 'aZ9._-'.includes(character));
      if (allowed) expect(parseTag(text)).toBe(text);
      else catchError(() => parseTag(text));
    }),
  );
});

test('a digest is a reference by digest', () => {
  fc.assert(
    fc.property(digest, (text) => {
      expect(parseReference(text)).toEqual({ kind: 'digest', digest: text });
    }),
  );
});

test.each([':', 'a:b', 'latest:', 'sha256:', `sha256:${'A'.repeat(64)}`, `md5:${'a'.repeat(32)}`])(
  '%j has a colon, so it is refused as a digest',
  (text) => {
    expect(catchError(() => parseReference(text)).code).toBe('DIGEST_INVALID');
  },
);

test('garbage is refused with a 4xx that quotes at most a part of it', () => {
  fc.assert(fc.property(garbage, (text) => allowRefusal(() => parseReference(text))));
  for (const text of ['.'.repeat(1e6), ':'.repeat(1e6)]) {
    const { message, extras } = catchError(() => parseReference(text));
    expect(message.length + JSON.stringify(extras).length).toBeLessThan(1000);
  }
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  digestAlgorithm,
  digestHex,
  digestOf,
  isDigest,
  parseDigest,
  parseDigestAlgorithm,
} from '../../src/domain/digest.ts';
import { algorithmAndHex, digest, garbage } from './support/arbitraries.ts';
import { allowRefusal, catchError } from './support/catch-error.ts';

test('a digest splits into its algorithm and hex, and is made of them again', () => {
  fc.assert(
    fc.property(algorithmAndHex, ([algorithm, hex]) => {
      const parsed = parseDigest(`${algorithm}:${hex}`);
      expect(digestAlgorithm(parsed)).toBe(algorithm);
      expect(digestHex(parsed)).toBe(hex);
      expect(digestOf(algorithm, hex)).toBe(parsed);
    }),
  );
});

const A64 = 'a'.repeat(64);

test.each([
  '',
  ':',
  'sha256',
  'sha256:',
  A64,
  `sha256:${'a'.repeat(63)}`,
  `sha256:${'a'.repeat(65)}`,
  `sha256:${'A'.repeat(64)}`,
  `sha256:${'g'.repeat(64)}`,
  `sha256:${A64}\n`,
  ` sha256:${A64}`,
  `SHA256:${A64}`,
  `sha256-${A64}`,
  `sha256:${A64}${A64}`,
  `sha512:${A64}`,
  `sha384:${'a'.repeat(96)}`,
  `sha1:${'a'.repeat(40)}`,
  `md5:${'a'.repeat(32)}`,
  `sha256+b64:${A64}`,
  `sha256:${A64},sha256:${A64}`,
])('%j is not a digest', (text) => {
  expect(isDigest(text)).toBe(false);
  expect(catchError(() => parseDigest(text))).toMatchObject({
    code: 'DIGEST_INVALID',
    status: 400,
  });
});

test('a digest with a character added, removed or changed is refused', () => {
  fc.assert(
    fc.property(digest, fc.nat(), fc.constantFrom('', 'G', 'F', ':', ' '), (text, n, other) => {
      const at = n % text.length;
      const changed = text.slice(0, at) + other + text.slice(at + 1);
      if (changed === text) return;
      catchError(() => parseDigest(changed));
      catchError(() => parseDigest(`${text}0`));
    }),
  );
});

test('garbage is refused with a 4xx that quotes at most a part of it', () => {
  fc.assert(fc.property(garbage, (text) => allowRefusal(() => parseDigest(text))));
  const { extras } = catchError(() => parseDigest('x'.repeat(1e6)));
  expect(JSON.stringify(extras).length).toBeLessThan(1000);
});

test('the algorithms of an upload are sha256 and sha512', () => {
  expect(parseDigestAlgorithm('sha256')).toBe('sha256');
  expect(parseDigestAlgorithm('sha512')).toBe('sha512');
});

test.each(['', 'sha1', 'sha384', 'SHA256', 'sha256 ', 'blake3', 'toString', '__proto__'])(
  'the algorithm %j is refused',
  (text) => {
    expect(catchError(() => parseDigestAlgorithm(text)).code).toBe('DIGEST_INVALID');
  },
);

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toHex } from '../../src/domain/hex.ts';

test('bytes have two lower-case digits each', () => {
  const property = fc.property(fc.uint8Array(), (bytes) => {
    expect(toHex(bytes)).toBe(Buffer.from(bytes).toString('hex'));
  });
  fc.assert(property);
});

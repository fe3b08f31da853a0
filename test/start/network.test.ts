import { describe, expect, test } from 'vitest';
import { addressForClients, claimPort } from '../../scripts/lib/network.ts';

describe('the port of a local server', () => {
  test('a free one is outside the range of outgoing connections', async () => {
    const claimed = await Promise.all(Array.from({ length: 50 }, () => claimPort('127.0.0.1', 0)));
    expect(Math.max(...claimed)).toBeLessThan(32_768);
    expect(Math.min(...claimed)).toBeGreaterThan(1023);
    expect(new Set(claimed).size).toBeGreaterThan(1);
  });

  test('clients on this machine are told an address they can reach', () => {
    expect(addressForClients('0.0.0.0', 8787)).toBe('127.0.0.1:8787');
    expect(addressForClients('::1', 8787)).toBe('[::1]:8787');
  });
});

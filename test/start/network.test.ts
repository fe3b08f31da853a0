import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { addressesForOthers, addressForClients, claimPort } from '../../scripts/lib/network.ts';

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

  test('clients on other machines are told every address that is not of this one alone', () => {
    const interfaces = [
      { address: '127.0.0.1', family: 'IPv4', internal: true },
      { address: '192.0.2.7', family: 'IPv4', internal: false },
      { address: '2001:db8::7', family: 'IPv6', internal: false },
      { address: 'fe80::7', family: 'IPv6', internal: false },
    ] as NetworkInterfaceInfo[];
    const listed = (host: string) => addressesForOthers(host, 8787, interfaces);
    expect(listed('0.0.0.0')).toEqual(['192.0.2.7:8787']);
    expect(listed('::')).toEqual(['192.0.2.7:8787', '[2001:db8::7]:8787']);
    expect(listed('127.0.0.1')).toEqual([]);
  });
});

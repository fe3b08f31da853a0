const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The network of an IPv6 address: its /64, which belongs to one client, or the /48 that a site has
 * at most. An IPv4 address stays as it is, also where a server that listens on both writes it as
 * `::ffff:192.0.2.1`.
 */
export function networkOf(address: string, bits: 48 | 64 = 64): string {
  if (!address.includes(':')) return address;
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const last = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  const all = tail === undefined ? groups : [...groups, ...zeros, ...last];
  return `${all.slice(0, bits / 16).join(':')}::/${bits}`;
}

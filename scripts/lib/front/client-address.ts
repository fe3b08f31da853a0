import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** The reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. */
export class TrustedProxies {
  readonly #list = new BlockList();

  /** @throws Error naming an entry that is neither an address nor a network in CIDR notation */
  constructor(entries: readonly string[]) {
    for (const entry of entries) this.#add(entry);
  }

  includes(address: string): boolean {
    return this.#list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }

  #add(entry: string): void {
    const [network = '', bits] = entry.split('/', 2);
    const family = isIP(network);
    const most = family === 6 ? 128 : 32;
    const length = bits === undefined ? most : Number(bits);
    const isNetwork = bits === undefined || /^\d{1,3}$/.test(bits);
    if (family === 0 || !isNetwork || length > most) throw new Error(`"${entry}" is no address`);
    this.#list.addSubnet(network, length, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** Who sent a request, and by which scheme. */
export interface Client {
  readonly address: string;
  readonly scheme: 'http' | 'https';
}

/**
 * The client of a request. The address is the one that the connection comes from; where that is a
 * trusted proxy, the last one of X-Forwarded-For that is not. What stands before it was written by
 * the client.
 */
export function identifyClient(request: IncomingMessage, trusted: TrustedProxies): Client {
  const peer = plainAddress(request.socket.remoteAddress ?? '');
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  if (!trusted.includes(peer)) return { address: peer, scheme };
  const forwarded = listed(request.headers['x-forwarded-proto']).at(-1);
  return {
    address: findClient(peer, listed(request.headers['x-forwarded-for']), trusted),
    scheme: forwarded === 'http' || forwarded === 'https' ? forwarded : scheme,
  };
}

function findClient(peer: string, hops: string[], trusted: TrustedProxies): string {
  let address = peer;
  while (trusted.includes(address)) {
    const before = parseHop(hops.pop() ?? '');
    if (before === undefined) break;
    address = before;
  }
  return address;
}

function listed(header: string | string[] | undefined): string[] {
  return [header ?? []].flat().flatMap((value) => value.split(',').map((entry) => entry.trim()));
}

/** An address as proxies write it: some add a port, and brackets to IPv6. */
function parseHop(hop: string): string | undefined {
  const bare = /^\[(.+)\](?::\d+)?$/.exec(hop)?.[1] ?? hop.replace(/^([\d.]+):\d+$/, '$1');
  const address = plainAddress(bare);
  return isIP(address) === 0 ? undefined : address;
}

/** An address without its zone; IPv4 as such, also where IPv6 carries it, however it is written. */
function plainAddress(address: string): string {
  const bare = address.replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  // As URLs write it: the shortest way, with the last 32 bits in hexadecimal.
  const [, high, low] =
    /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(new URL(`http://[${bare}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return bare;
  const bits = [high, low].map((half) => Number.parseInt(half, 16));
  return bits.flatMap((half) => [half >> 8, half & 255]).join('.');
}

/** Where requests of triggers may go. */
export interface DestinationPolicy {
  /** Whether plain http may be used: an admin's setting. */
  readonly http: boolean;
  /**
   * Whether networks that are not public are opened, which only a local registry can do. Names and
   * addresses are then decided by the network that a connection would go to (scripts/lib/outbound.ts).
   */
  readonly opened: boolean;
  /** The registry's own origin, which requests must not come back to. */
  readonly own: string;
}

/** An IPv4 address, as `URL` writes all its forms. */
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** Names that are no one's on the internet. */
const PRIVATE_NAME = /(?:^|\.)(?:local|internal|localhost|arpa|test|invalid|onion)$/;

/** Why a request may not go to a URL; null: it may. */
export function destinationFault(url: URL, policy: DestinationPolicy): string | null {
  const own = new URL(policy.own);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'the address must be an https one';
  if (url.protocol === 'http:' && !policy.http) {
    return 'the address must be an https one: an administrator can allow http in the settings';
  }
  const host = url.hostname.replace(/\.+$/, '');
  if (host === '') return 'the address has no host';
  const isOwn = policy.opened ? url.host === own.host : host === own.hostname;
  if (isOwn) return 'the address is that of this registry';
  return policy.opened ? null : hostFault(host);
}

function hostFault(host: string): string | null {
  if (IPV4.test(host) || host.startsWith('[')) return 'the host must be a name, not an IP address';
  if (PRIVATE_NAME.test(host) || !host.includes('.')) {
    return `the host ${host} is not a public name`;
  }
  return null;
}

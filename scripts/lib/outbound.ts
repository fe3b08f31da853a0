import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { describeError, Failure } from './failure.ts';

/** The networks that requests of the Worker may go to, as workerd names them. */
export interface OutboundNetworks {
  readonly allow: readonly string[];
  /** Whether there are others than the public ones. */
  readonly opened: boolean;
}

const PUBLIC_ONLY: OutboundNetworks = { allow: ['public'], opened: false };

/** workerd's names: its `local` are the addresses of this machine's loopback. */
const NAMES: Readonly<Record<string, string>> = { private: 'private', loopback: 'local' };

/**
 * Reads the values of --allow-outbound: `private`, `loopback` and networks in CIDR notation,
 * separated by commas. The public ones are always allowed.
 * @throws Failure naming an entry that is none of them
 */
export function parseOutbound(values: readonly string[]): OutboundNetworks {
  const entries = values.flatMap((value) => value.split(','));
  if (entries.length === 0) return PUBLIC_ONLY;
  return { allow: ['public', ...entries.map(parseEntry)], opened: true };
}

function parseEntry(entry: string): string {
  const name = NAMES[entry];
  if (name !== undefined) return name;
  const [address = '', bits = ''] = entry.split('/', 2);
  const most = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most) return entry;
  throw new Failure(
    `--allow-outbound takes private, loopback and networks such as 10.0.0.0/8, not "${entry}"`,
  );
}

/** The service of workerd: connections to other networks are refused, whatever name led there. */
export function outboundService({ allow }: Pick<OutboundNetworks, 'allow'>): object {
  const trustedCertificates = readExtraCertificates(process.env.NODE_EXTRA_CA_CERTS);
  return { network: { allow, tlsOptions: { trustBrowserCas: true, trustedCertificates } } };
}

/** Certificates of authorities of one's own, for endpoints on one's own network. */
function readExtraCertificates(path: string | undefined): string[] {
  if (!path) return [];
  try {
    const text = readFileSync(path, 'utf8');
    return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  } catch (error) {
    throw new Failure(`NODE_EXTRA_CA_CERTS cannot be read: ${describeError(error)}`);
  }
}

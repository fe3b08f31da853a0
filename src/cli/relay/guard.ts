import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RelayError } from './errors.ts';

/** The user name of the relay's own credential. */
export const RELAY_USER = 'relay';

/**
 * Lets a request through that comes from a client of this machine which knows the relay's secret.
 *
 * A page of a browser could make it resolve a name of its own to 127.0.0.1: so the Host has to be
 * this machine's, and what comes from a page is refused. Another user of the machine could
 * connect as well: so the secret stands in the docker config of the one who started the relay,
 * and whoever can read that has the credential itself.
 * @throws RelayError
 */
export function authorizeClient(request: IncomingMessage, port: number, secret: string): void {
  const { host = '', origin, authorization, 'sec-fetch-site': site } = request.headers;
  const own = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`);
  if (!own.includes(host)) {
    throw new RelayError(421, 'DENIED', `the relay is localhost:${port}, not ${host}`);
  }
  if (origin !== undefined || (site !== undefined && site !== 'none')) {
    throw new RelayError(403, 'DENIED', 'the relay is for clients, not for pages');
  }
  if (!isSame(authorization ?? '', basicOf(secret))) {
    throw new RelayError(401, 'UNAUTHORIZED', `sign in to the relay: docker login ${host}`);
  }
}

function basicOf(secret: string): string {
  return `Basic ${Buffer.from(`${RELAY_USER}:${secret}`).toString('base64')}`;
}

function isSame(one: string, two: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(two)];
  return a.length === b.length && timingSafeEqual(a, b);
}

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { RelayError } from './errors.ts';

/** The user name of the relay's credential. */
export const RELAY_USER = 'relay';

/**
 * Checks that a request comes from a client on this machine that knows the relay's secret.
 *
 * A web page could reach the relay by DNS rebinding, so Host must be this machine and requests from
 * pages are refused. Other users of the machine can connect as well, so the secret is in the docker
 * config of the user who started the relay; whoever can read that has the credential anyway.
 * @throws RelayError
 */
export function authorizeClient(request: IncomingMessage, port: number, secret: string): void {
  const { host = '', origin, authorization, 'sec-fetch-site': site } = request.headers;
  const own = ['localhost', '127.0.0.1', '[::1]'].map((name) => `${name}:${port}`);
  if (!own.includes(host)) {
    throw new RelayError(421, 'DENIED', `this is localhost:${port}, not ${host}`);
  }
  if (origin !== undefined || (site !== undefined && site !== 'none')) {
    throw new RelayError(403, 'DENIED', 'the relay refuses requests from web pages');
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

import { RegistryError } from '../domain/errors.ts';
import { isSafe } from '../http/safe-method.ts';
import type { ApiContext } from './http.ts';

/**
 * Refuses changes that other sites request, since browsers send the cookie with those too. Browsers
 * name the origin of a request in headers that pages cannot set. A client that sends neither header
 * is no browser, and is allowed only without a cookie. (A sign-in by another site would leave users
 * working under someone else's account.)
 */
export function refuseOtherSites(c: ApiContext, hasCookie: boolean): void {
  if (isSafe(c)) return;
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  const own = origin === new URL(c.req.url).origin;
  if (site === 'same-origin' || (site === undefined && own)) return;
  if (!hasCookie && site === undefined && origin === undefined) return;
  throw new RegistryError('CROSS_SITE');
}

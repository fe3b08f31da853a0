import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { ApiContext } from './http.ts';

/** With the `__Host-` prefix, which needs https, browsers accept the cookie from this host only. */
function cookieName(c: ApiContext): string {
  return isSecure(c) ? '__Host-orlop' : 'orlop';
}

function isSecure(c: ApiContext): boolean {
  return new URL(c.req.url).protocol === 'https:';
}

const options = (c: ApiContext) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: isSecure(c) }) as const;

/** The session's secret, from the browser's cookie. */
export function readSessionCookie(c: ApiContext): string | undefined {
  return getCookie(c, cookieName(c));
}

export function writeSessionCookie(c: ApiContext, secret: string): void {
  setCookie(c, cookieName(c), secret, { ...options(c), maxAge: 30 * 24 * 60 * 60 });
}

export function dropSessionCookie(c: ApiContext): void {
  deleteCookie(c, cookieName(c), options(c));
}

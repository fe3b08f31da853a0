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

/** The longest that browsers keep a cookie; the session ends by itself. */
const MAX_AGE_SECONDS = 400 * 24 * 60 * 60;

export function writeSessionCookie(c: ApiContext, secret: string): void {
  setCookie(c, cookieName(c), secret, { ...options(c), maxAge: MAX_AGE_SECONDS });
}

export function dropSessionCookie(c: ApiContext): void {
  deleteCookie(c, cookieName(c), options(c));
}

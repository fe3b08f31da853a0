import type { MiddlewareHandler } from 'hono';

/**
 * Redirects a path of the protocol that has several slashes in a row to the one with one, as
 * distribution does: in mirrors and scripts an address often ends with a slash.
 */
export const cleanPath: MiddlewareHandler = async (c, next) => {
  const { url } = c.req;
  if (!url.includes('//', url.indexOf('://') + 3)) return await next();
  const { pathname, search } = new URL(url);
  const clean = pathname.replace(/\/{2,}/g, '/');
  if (clean === pathname || !/^\/v2(?:\/|$)/.test(clean)) return await next();
  const headers = { location: `${clean}${search}`, 'cache-control': 'no-store' };
  return new Response(null, { status: 301, headers });
};

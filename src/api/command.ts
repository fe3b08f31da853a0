import type { Context } from 'hono';
import type { Env } from '../env.ts';
import { VERSION } from '../version.ts';

/** npm keeps what it fetched from an address, so each version has its own. */
const ADDRESS = `/orlop-${VERSION}.tgz`;

/**
 * Serves the `orlop` command as the package that `npx <address>` installs. Addresses of other
 * versions, and the one without a version, lead to this version.
 */
export async function serveCommand(c: Context<{ Bindings: Env }>): Promise<Response> {
  if (c.req.path !== ADDRESS) {
    c.header('cache-control', 'no-cache');
    return c.redirect(ADDRESS);
  }
  const file = await c.env.ASSETS.fetch(c.req.raw);
  const headers = new Headers(file.headers);
  headers.set('content-type', 'application/gzip');
  headers.set('cache-control', 'public, max-age=3600');
  return new Response(file.body, { status: file.status, headers });
}

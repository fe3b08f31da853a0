import type { Context } from 'hono';
import type { Env } from '../env.ts';

/** Scripts and data load from this host only. The page's package needs inline styles. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the page that shows the OpenAPI document and tries its calls: web/public/api-docs. */
export async function serveApiDocs(c: Context<{ Bindings: Env }>): Promise<Response> {
  const page = await c.env.ASSETS.fetch(new URL('/api-docs/', c.req.url));
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': POLICY,
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  };
  return new Response(page.body, { status: page.status, headers });
}

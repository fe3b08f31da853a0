import type { Context, Next } from 'hono';
import { RegistryError } from '../domain/errors.ts';

/**
 * What every answer says that is no page of ours: a browser takes nothing of it for a page, and no
 * other site loads it. Content that was pushed would otherwise run as ours.
 */
export const ANSWER_HEADERS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Browsers use nothing but https for a year. */
const STRICT_TRANSPORT = 'max-age=31536000';

/** On a developer's machine other servers may have the same name, and no https. */
const LOCAL_NAME = /^(?:.+\.)?localhost$/;

/** Sets the headers above where an answer has no policy of its own, and HSTS where it is https. */
export async function secureAnswers(c: Context, next: Next): Promise<void> {
  await next();
  const { url } = c.req;
  if (url.startsWith('https:') && !LOCAL_NAME.test(new URL(url).hostname)) {
    c.header('strict-transport-security', STRICT_TRANSPORT);
  }
  if (c.res.headers.has('content-security-policy')) return;
  for (const [name, value] of Object.entries(ANSWER_HEADERS)) c.header(name, value);
}

/**
 * Refuses plain http at Cloudflare's edge: what came with the request was readable on its way. The
 * local server speaks it where its operator wants that.
 * @throws RegistryError HTTPS_REQUIRED
 */
export async function requireHttps(c: Context, next: Next): Promise<void> {
  if (isPlainAtEdge(c)) throw new RegistryError('HTTPS_REQUIRED');
  await next();
}

/** As requireHttps, for what people open: leads to the same address by https. */
export async function redirectToHttps(c: Context, next: Next): Promise<Response | undefined> {
  if (isPlainAtEdge(c)) return c.redirect(c.req.url.replace(/^http:/, 'https:'), 308);
  await next();
}

/** The edge gives each request a name. The local server takes none from its clients. */
function isPlainAtEdge({ req }: Context): boolean {
  return req.url.startsWith('http:') && req.header('cf-ray') !== undefined;
}

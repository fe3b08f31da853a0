import type { Context } from 'hono';
import { isConsolePage } from '../domain/console-pages.ts';
import { DAY_MS } from '../domain/time.ts';
import type { Env } from '../env.ts';

type ConsoleContext = Context<{ Bindings: Env }>;

/**
 * Serves the console: its one page at the address of each screen, and its files. Nothing else has
 * an answer here, or clients would take the page for theirs.
 */
export async function serveConsole(c: ConsoleContext): Promise<Response> {
  const url = new URL(c.req.url);
  if (isConsolePage(url.pathname)) url.pathname = '/';
  const file = await c.env.ASSETS.fetch(new Request(url, c.req.raw));
  // With headers that can be changed.
  return file.status === 404 ? serveNothing(c) : new Response(file.body, file);
}

/** Answers for an address at which there is nothing. */
export function serveNothing(c: ConsoleContext): Response {
  return c.text('there is nothing at this address\n', 404, { 'cache-control': 'no-store' });
}

/** What a contact may be: https://www.rfc-editor.org/rfc/rfc9116#section-2.5.3 */
const CONTACT = /^(?:https|mailto|tel):\S+$/;

/**
 * Tells whoever finds a weakness where to report it: at the operator's SECURITY_CONTACT, or else at
 * this registry.
 * https://www.rfc-editor.org/rfc/rfc9116
 */
export function serveSecurityTxt(c: ConsoleContext): Response {
  const { SECURITY_CONTACT = '' } = c.env;
  const { origin } = new URL(c.req.url);
  const lines = [
    `Contact: ${CONTACT.test(SECURITY_CONTACT) ? SECURITY_CONTACT : `${origin}/`}`,
    `Expires: ${new Date(Date.now() + 365 * DAY_MS).toISOString()}`,
    'Preferred-Languages: en, zh',
    '',
  ];
  return c.text(lines.join('\n'), 200, { 'cache-control': 'public, max-age=86400' });
}

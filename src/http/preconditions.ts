import type { Context, Next } from 'hono';
import { matchesEtag, matchesEtagStrongly, parseCondition } from '../domain/conditions.ts';
import { RegistryError } from '../domain/errors.ts';
import { isSafe } from './safe-method.ts';

/*
 * Preconditions, for every endpoint: https://www.rfc-editor.org/rfc/rfc9110#section-13
 *
 *                                    GET, HEAD      other methods
 *   If-Match: *                      no effect      no effect
 *   If-Match without the ETag        412            412
 *   If-None-Match: *                 304            412
 *   If-None-Match with the ETag      304            412
 *   what is no `*` or entity tags    names nothing  400
 *
 * Where there is no ETag, no list names it. If-Modified-Since and If-Unmodified-Since have no
 * effect, because nothing here has a Last-Modified. workerd drops a header without a value before
 * we see it; the server of `npm start` writes it as an empty list, which names nothing.
 */

/**
 * Evaluates the preconditions of GET and HEAD by the ETag of the answer, as a middleware of all
 * addresses. A handler whose answer costs something asks isNotModified before it makes one.
 * @throws RegistryError PRECONDITION_FAILED
 */
export async function answerConditionally(c: Context, next: Next): Promise<void> {
  await next();
  const answer = c.res;
  if (!isSafe(c) || !answer.ok || !hasPreconditions(c)) return;
  const etag = answer.headers.get('etag');
  const isRefused = !holdsIfMatch(c, etag);
  if (!isRefused && !namesIfNoneMatch(c, etag)) return;
  await answer.body?.cancel();
  // Else the headers of the answer would be added to those of the one that replaces it.
  c.res = undefined;
  if (isRefused) throw notNamed(etag);
  const headers = new Headers(answer.headers);
  for (const name of ['content-length', 'content-type']) headers.delete(name);
  c.res = new Response(null, { status: 304, headers });
}

/**
 * Evaluates the preconditions of a GET or HEAD. True: the client has it, so the answer is 304.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 * @param etag of the current content, with its quotes
 * @throws RegistryError PRECONDITION_FAILED
 */
export function isNotModified(c: Context, etag: string): boolean {
  if (!holdsIfMatch(c, etag)) throw notNamed(etag);
  return namesIfNoneMatch(c, etag);
}

export function hasPreconditions({ req }: Context): boolean {
  return req.header('if-match') !== undefined || req.header('if-none-match') !== undefined;
}

/**
 * Evaluates the preconditions of a change.
 * @param etag of the current content, with its quotes; null if it has none
 * @throws RegistryError PARAMETER_INVALID, PRECONDITION_FAILED
 */
export function requirePreconditions(c: Context, etag: string | null): void {
  for (const name of ['If-Match', 'If-None-Match']) {
    const header = c.req.header(name);
    if (header === undefined || parseCondition(header) !== null) continue;
    throw new RegistryError('PARAMETER_INVALID', `${name} must be * or ETags in quotes`);
  }
  if (!holdsIfMatch(c, etag)) throw notNamed(etag);
  if (!namesIfNoneMatch(c, etag)) return;
  throw new RegistryError(
    'PRECONDITION_FAILED',
    etag === null
      ? 'If-None-Match: * holds only where there is nothing'
      : `If-None-Match names ${etag}, which it is`,
  );
}

/**
 * Evaluates the preconditions of a change, as a middleware of addresses without ETags.
 * @throws RegistryError PARAMETER_INVALID, PRECONDITION_FAILED
 */
export async function changeConditionally(c: Context, next: Next): Promise<void> {
  if (!isSafe(c)) requirePreconditions(c, null);
  await next();
}

/**
 * Refuses If-None-Match, as a middleware of changes whose handler evaluates If-Match.
 * @throws RegistryError PARAMETER_INVALID
 */
export async function refuseIfNoneMatch(c: Context, next: Next): Promise<void> {
  if (!isSafe(c) && c.req.header('if-none-match') !== undefined) {
    throw new RegistryError('PARAMETER_INVALID', 'this call takes If-Match, not If-None-Match');
  }
  await next();
}

function holdsIfMatch({ req }: Context, etag: string | null): boolean {
  const header = req.header('if-match');
  return header === undefined || matchesEtagStrongly(header, etag);
}

function namesIfNoneMatch({ req }: Context, etag: string | null): boolean {
  const header = req.header('if-none-match');
  return header !== undefined && matchesEtag(header, etag);
}

function notNamed(etag: string | null): RegistryError {
  const what =
    etag === null
      ? 'this address has no ETag that If-Match could name'
      : `If-Match does not name ${etag}, which it is`;
  return new RegistryError('PRECONDITION_FAILED', what);
}

import type { Context, Next } from 'hono';
import { matchesEtag, matchesEtagStrongly } from '../domain/conditions.ts';
import { RegistryError } from '../domain/errors.ts';

/**
 * Evaluates the preconditions of a GET or HEAD. True: the client has it, so the answer is 304.
 * https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 * @param etag of the current content, with its quotes
 * @throws RegistryError PRECONDITION_FAILED
 */
export function isNotModified({ req }: Context, etag: string): boolean {
  requireIfMatch(req.header('if-match'), etag);
  return matchesEtag(req.header('if-none-match'), etag);
}

export function hasPreconditions({ req }: Context): boolean {
  return req.header('if-match') !== undefined || req.header('if-none-match') !== undefined;
}

/**
 * Evaluates the preconditions of a change.
 * @param etag of the current content, with its quotes
 * @throws RegistryError PRECONDITION_FAILED
 */
export function requirePreconditions({ req }: Context, etag: string): void {
  requireIfMatch(req.header('if-match'), etag);
  if (matchesEtag(req.header('if-none-match'), etag)) {
    throw new RegistryError('PRECONDITION_FAILED', `If-None-Match names ${etag}, which it is`);
  }
}

/**
 * Refuses If-Match, as a middleware of addresses without entity tags: there it never holds. (An
 * If-None-Match always does.)
 * @throws RegistryError PRECONDITION_FAILED
 */
export async function refuseIfMatch({ req }: Context, next: Next): Promise<void> {
  if (req.header('if-match') !== undefined) {
    throw new RegistryError('PRECONDITION_FAILED', 'this address takes no If-Match');
  }
  await next();
}

function requireIfMatch(header: string | undefined, etag: string): void {
  if (header !== undefined && !matchesEtagStrongly(header, etag)) {
    throw new RegistryError('PRECONDITION_FAILED', `If-Match does not name ${etag}, which it is`);
  }
}

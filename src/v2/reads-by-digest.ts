import { type AskedAt, askNow, isStillTrue } from '../auth/decisions.ts';
import type { Repository } from '../registry/context.ts';
import { findByDigest } from '../registry/near-content.ts';
import {
  type ContentAddress,
  findRemembered,
  rememberContent,
} from '../registry/remembered-content.ts';
import type { RequestedContent } from '../registry/requested-content.ts';
import type { RepositoryRequest } from './cached-decisions.ts';
import type { V2Context } from './http.ts';
import { contentLookups } from './path-target.ts';

/**
 * What a request by digest asks for, which a decision lets in: as this isolate has read it within the
 * minute, or as the database says. Null if the image was deleted.
 */
export async function readByDigest(
  c: V2Context,
  request: RepositoryRequest,
  repository: Repository,
): Promise<{ readonly content: RequestedContent; readonly askedAt: AskedAt } | null> {
  const address = addressOf(c, request, repository);
  const known = address && findRemembered(address);
  if (known && isStillTrue(known.askedAt, Date.now())) return known;
  const askedAt = askNow();
  const lookups = contentLookups(c, request.on, request.target);
  const content = await findByDigest(c.var.services, repository, lookups);
  if (content === null) return null;
  rememberRead(c, request, repository, { content, askedAt });
  return { content, askedAt };
}

/** Remembers what a request has read, if it was by digest. */
export function rememberRead(
  c: V2Context,
  request: RepositoryRequest,
  repository: Repository,
  found: { readonly content: RequestedContent; readonly askedAt: AskedAt },
): void {
  const address = addressOf(c, request, repository);
  if (address) rememberContent(address, found, c.var.services);
}

function addressOf(
  c: V2Context,
  { on, target }: RepositoryRequest,
  { imageId }: Repository,
): ContentAddress | null {
  if (imageId === null) return null;
  if (on === 'blob' && target.kind === 'digest')
    return { imageId, kind: 'blob', digest: target.digest };
  if (on !== 'manifest' || target.kind !== 'reference') return null;
  const { reference } = target;
  if (reference.kind !== 'digest') return null;
  const kind = c.req.raw.method === 'HEAD' ? 'head of a manifest' : 'manifest';
  return { imageId, kind, digest: reference.digest };
}

import { type Digest, parseDigest } from '../domain/digest.ts';
import { parseReference, type Reference } from '../domain/names.ts';
import { MAX_TAGS_PAGE, type PageRequest, parsePage } from '../domain/paging.ts';
import type { ReferrersRequest } from '../registry/referrers.ts';
import {
  type ContentLookups,
  lookupBlob,
  lookupManifest,
  lookupManifestAndBlobs,
  lookupMount,
  lookupReferrers,
  lookupTags,
  NO_LOOKUPS,
} from '../registry/requested-content.ts';
import { singleQuery, type V2Context } from './http.ts';
import { readMount } from './mounts.ts';

/** What a route acts on in the repository of its path. */
export type Resource =
  | 'repository'
  | 'manifest'
  | 'new manifest'
  | 'blob'
  | 'upload'
  | 'tags'
  | 'referrers';

/** What the address of a request names in the repository. */
export type PathTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'tags'; readonly page: PageRequest }
  | ({ readonly kind: 'referrers' } & ReferrersRequest)
  | { readonly kind: 'malformed'; readonly error: unknown };

export function readPathTarget(c: V2Context, on: Resource): PathTarget {
  const { digest, reference } = c.req.param();
  try {
    if (on === 'tags') return { kind: 'tags', page: readPage(c, MAX_TAGS_PAGE) };
    if (on === 'referrers') return { kind: 'referrers', ...readReferrers(c, digest ?? '') };
    if (digest !== undefined) return { kind: 'digest', digest: parseDigest(digest) };
    if (reference !== undefined) return { kind: 'reference', reference: parseReference(reference) };
    return { kind: 'none' };
  } catch (error) {
    return { kind: 'malformed', error };
  }
}

function readPage(c: V2Context, most?: number): PageRequest {
  return parsePage(singleQuery(c, 'n'), singleQuery(c, 'last'), most);
}

function readReferrers(c: V2Context, digest: string): ReferrersRequest {
  const subject = parseDigest(digest);
  const artifactType = singleQuery(c, 'artifactType') || null;
  return { subject, artifactType, page: readPage(c) };
}

/**
 * Leaves what the address names for the handler; for when access is decided, and not before.
 * @throws RegistryError DIGEST_INVALID, TAG_INVALID, PAGINATION_NUMBER_INVALID, PARAMETER_INVALID
 *   when the address is malformed
 */
export function setPathTarget(c: V2Context, target: PathTarget): void {
  if (target.kind === 'malformed') throw target.error;
  if (target.kind === 'digest') c.set('digest', target.digest);
  if (target.kind === 'reference') c.set('reference', target.reference);
  if (target.kind === 'tags') c.set('page', target.page);
  if (target.kind === 'referrers') c.set('referrers', target);
}

/** What the query that decides about a request reads of the repository's content. */
export function contentLookups(c: V2Context, on: Resource, target: PathTarget): ContentLookups {
  if (target.kind === 'tags') return lookupTags(target.page);
  if (target.kind === 'referrers') return lookupReferrers(target);
  if (on === 'blob' && target.kind === 'digest') return lookupBlob(target.digest);
  const mount = on === 'upload' ? readMount(c) : null;
  if (mount !== null) {
    return lookupMount(mount.digest, mount.from === 'anywhere' ? null : mount.from);
  }
  if (on !== 'manifest' || target.kind !== 'reference') return NO_LOOKUPS;
  const isHead = c.req.raw.method === 'HEAD';
  return isHead ? lookupManifest(target.reference) : lookupManifestAndBlobs(target.reference);
}

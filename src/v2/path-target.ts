import { type Digest, parseDigest } from '../domain/digest.ts';
import { parseReference, type Reference } from '../domain/names.ts';
import {
  type ContentLookups,
  lookupBlob,
  lookupManifest,
  lookupManifestAndBlobs,
  lookupMount,
  NO_LOOKUPS,
} from '../registry/requested-content.ts';
import type { V2Context } from './http.ts';
import { readMount } from './mounts.ts';

/** What a route acts on in the repository of its path. */
export type Resource = 'repository' | 'manifest' | 'blob' | 'upload';

/** What the path of a request names in the repository. */
export type PathTarget =
  | { readonly kind: 'none' }
  | { readonly kind: 'digest'; readonly digest: Digest }
  | { readonly kind: 'reference'; readonly reference: Reference }
  | { readonly kind: 'malformed'; readonly error: unknown };

export function readPathTarget(c: V2Context): PathTarget {
  const { digest, reference } = c.req.param();
  try {
    if (digest !== undefined) return { kind: 'digest', digest: parseDigest(digest) };
    if (reference !== undefined) return { kind: 'reference', reference: parseReference(reference) };
    return { kind: 'none' };
  } catch (error) {
    return { kind: 'malformed', error };
  }
}

/**
 * Leaves what the path names for the handler; for when access is decided, and not before.
 * @throws RegistryError DIGEST_INVALID, TAG_INVALID when the path is malformed
 */
export function setPathTarget(c: V2Context, target: PathTarget): void {
  if (target.kind === 'malformed') throw target.error;
  if (target.kind === 'digest') c.set('digest', target.digest);
  if (target.kind === 'reference') c.set('reference', target.reference);
}

/** What the query that decides about a request reads of the repository's content. */
export function contentLookups(c: V2Context, on: Resource, target: PathTarget): ContentLookups {
  if (on === 'blob' && target.kind === 'digest') return lookupBlob(target.digest);
  const mount = on === 'upload' ? readMount(c) : null;
  if (mount !== null) {
    return lookupMount(mount.digest, mount.from === 'anywhere' ? null : mount.from);
  }
  if (on !== 'manifest' || target.kind !== 'reference') return NO_LOOKUPS;
  const isHead = c.req.raw.method === 'HEAD';
  return isHead ? lookupManifest(target.reference) : lookupManifestAndBlobs(target.reference);
}

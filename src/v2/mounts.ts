import { mayPull, mayReadBlobAnywhere } from '../auth/access.ts';
import { type Digest, isDigest } from '../domain/digest.ts';
import { isRepositoryName, parseRepositoryName, type RepositoryName } from '../domain/names.ts';
import { mountBlob } from '../registry/uploads.ts';
import type { V2Context } from './http.ts';

/** A blob that a client asks to mount rather than to upload. */
export interface MountRequest {
  readonly digest: Digest;
  /** Null where the client names no repository that could exist. */
  readonly from: RepositoryName | 'anywhere' | null;
}

/**
 * The mount that a POST asks for; null where it asks for none, or for one that names no blob.
 * Nothing in `mount` and `from` is an error: a mount that cannot be done is an upload. Clients
 * remember where a blob came from, which may be a name that only another registry accepts.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository
 */
export function readMount(c: V2Context): MountRequest | null {
  const digest = onlyValue(c.req.queries('mount'));
  if (digest === undefined || !isDigest(digest)) return null;
  const texts = c.req.queries('from');
  if (texts === undefined) return { digest, from: 'anywhere' };
  const from = onlyValue(texts);
  return { digest, from: from && isRepositoryName(from) ? parseRepositoryName(from) : null };
}

/**
 * Links a blob that the principal may read: in the repository `from`, or, where the client names
 * none, in any; or in the target itself, whatever `from` says. A token that was handed on reads
 * only from repositories that it covers.
 */
export async function tryMount(c: V2Context, { digest, from }: MountRequest): Promise<boolean> {
  return (await mayMount(c, digest, from)) && (await mountBlob(c.var.repo, digest));
}

async function mayMount(
  c: V2Context,
  digest: Digest,
  from: MountRequest['from'],
): Promise<boolean> {
  const { repo, principal, mountScopes, content } = c.var;
  const { db, repository } = repo;
  const here = { repository, blob: content.blob };
  for (const place of [here, content.source]) {
    const isThere = place?.blob && !place.blob.damaged;
    if (isThere && mayPull(principal, place.repository, mountScopes)) return true;
  }
  return from === 'anywhere' && (await mayReadBlobAnywhere(db, principal, digest, mountScopes));
}

/** The value of a parameter; undefined where it has none, or several that differ. */
function onlyValue(values: readonly string[] = []): string | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

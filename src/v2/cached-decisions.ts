import type { Proof } from '../auth/authenticate.ts';
import { type AskedAt, type Decision, findDecision, rememberDecision } from '../auth/decisions.ts';
import { fingerprint } from '../auth/secrets.ts';
import type { Digest } from '../domain/digest.ts';
import type { RepositoryAction, Scope } from '../domain/scopes.ts';
import type { Repository } from '../registry/context.ts';
import type { RequestedContent } from '../registry/requested-content.ts';
import type { V2Context } from './http.ts';
import { readMount } from './mounts.ts';
import type { PathTarget, Resource } from './path-target.ts';

/** A request on a repository, as its header and its path say it. */
export interface RepositoryRequest {
  readonly proof: Proof;
  /** Full name of the repository. */
  readonly repository: string;
  readonly on: Resource;
  readonly target: PathTarget;
}

/**
 * The decision of the last minute, made for the same token, that lets a request in too; null: the
 * database decides. Two kinds of requests are let in so:
 *
 * - GET of a blob, by the decision about a manifest that names it. A client pulls the blobs right
 *   after the manifest, so a pull costs the one query of its manifest.
 * - Any request of an upload, by the decision about an earlier one to the same repository. A client
 *   sends each blob in two or three requests and many blobs in a row. No one sees what is uploaded
 *   until a manifest names it, and the database decides about manifests: a client whose rights have
 *   ended leaves bytes that collection deletes, and no more. Whether the image still exists is
 *   checked by the transaction that publishes the blob.
 *
 * The database decides about everything else, a mount included: a mount reads another repository,
 * where the client's rights may have ended.
 */
export function findCachedDecision(c: V2Context, request: RepositoryRequest): Decision | null {
  const { proof, repository, on, target } = request;
  if (proof.kind !== 'token') return null;
  const find = (action: RepositoryAction, digest?: Digest) =>
    findDecision(holderOf(c, proof.token), scopeOf(repository, action), Date.now(), digest);
  if (on === 'upload') return readMount(c) === null ? find('push') : null;
  const isGet = c.req.raw.method === 'GET';
  return on === 'blob' && isGet && target.kind === 'digest' ? find('pull', target.digest) : null;
}

/** Remembers what the database decided about a request, for those that findCachedDecision lets in. */
export function cacheDecision(
  c: V2Context,
  request: RepositoryRequest,
  decided: {
    readonly repository: Repository;
    readonly content: RequestedContent;
    readonly askedAt: AskedAt;
  },
): void {
  const { proof, on } = request;
  if (proof.kind !== 'token') return;
  const { repository, content, askedAt } = decided;
  const holder = holderOf(c, proof.token);
  const decision = { ...c.var.identity, repository, askedAt };
  // Before the image exists each blob would try to make it, which costs no less than asking.
  if (on === 'upload' && repository.imageId !== null) {
    const scope = scopeOf(request.repository, 'push');
    rememberDecision(holder, { ...decision, scope, blob: null });
  }
  // The blobs of a manifest in the trash may have been deleted since.
  if (content.manifest === null) return;
  const scope = scopeOf(request.repository, 'pull');
  for (const blob of content.blobs) rememberDecision(holder, { ...decision, scope, blob });
}

function scopeOf(name: string, action: RepositoryAction): Scope {
  return { type: 'repository', name, actions: [action] };
}

function holderOf(c: V2Context, token: string): string {
  return fingerprint(c.var.config.credentialKey, JSON.stringify(['token', token]));
}

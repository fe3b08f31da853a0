import { isAnonymousPullKnownOff } from '../auth/anonymous-pull.ts';
import { isAnonymous, type Proof } from '../auth/authenticate.ts';
import { findInAddress, findInToken } from '../auth/carried-decisions.ts';
import { type Decision, findDecision, rememberDecision } from '../auth/decisions.ts';
import { coversAction } from '../auth/grants.ts';
import { rememberImage, withKnownImage } from '../auth/known-images.ts';
import { fingerprint } from '../auth/secrets.ts';
import type { AccessClaims } from '../auth/tokens.ts';
import type { Digest } from '../domain/digest.ts';
import { formatRepositoryName } from '../domain/names.ts';
import { PURPOSE_HEADER } from '../domain/pulls.ts';
import type { RepositoryAction, Scope } from '../domain/scopes.ts';
import type { BlobRecord } from '../registry/blobs.ts';
import type { Repository } from '../registry/context.ts';
import type { RequestedContent } from '../registry/requested-content.ts';
import type { Decided, V2Context } from './http.ts';
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

type TokenProof = Proof & { readonly kind: 'token' };

/**
 * The decision of the last minute that lets a request in too: one that this isolate remembers for
 * the same token, or that the token or the upload's address carries. Null: the database decides.
 * Three kinds of requests are let in so:
 *
 * - Reads by digest: GET and HEAD of blobs and manifests. What is read is looked up in the image
 *   that the decision names, unless the manifest has named the blob within the minute: a client
 *   pulls the blobs right after the manifest, so a pull costs the one query of its manifest.
 * - Any request of an upload. A client sends each blob in two or three requests and many blobs in a
 *   row. No one sees what is uploaded until a manifest names it, and the database decides about
 *   manifests: a client whose rights have ended leaves bytes that collection deletes, and no more.
 *   Whether the image still exists is checked by the transaction that publishes.
 * - Manifests that are pushed, on condition: the transaction that publishes one asks whether the
 *   facts are the same (confirm-decision.ts), so that no minute passes. Where they are not, and
 *   wherever the database refuses, it decides as without a decision.
 *
 * The database decides about everything else: what a tag points at, lists, deletions, and mounts,
 * which read another repository, where the client's rights may have ended.
 */
export function findCachedDecision(c: V2Context, request: RepositoryRequest): Decision | null {
  const { proof, on } = request;
  if (proof.kind !== 'token') return null;
  if (on === 'upload' && readMount(c) !== null) return null;
  if (on === 'new manifest' || on === 'upload') return completed(findPush(c, request, proof));
  if (!isReadByDigest(c, request)) return null;
  if (isAnonymous(proof) && isAnonymousPullKnownOff()) return null;
  const found = completed(findPull(c, request, proof));
  return found?.blob || found?.repository?.imageId ? found : null;
}

/** A decision with the image that a push has made since. */
function completed(decision: Decision | null): Decision | null {
  if (!decision?.repository) return decision;
  return { ...decision, repository: withKnownImage(decision.repository, Date.now()) };
}

function findPush(
  c: V2Context,
  { repository }: RepositoryRequest,
  proof: TokenProof,
): Decision | null {
  const { claims } = proof;
  const now = Date.now();
  const remembered = findDecision(holderOf(c, proof), scopeOf(repository, 'push'), now);
  if (remembered) return remembered;
  const { uploadClaims: address } = c.var;
  const isOwn =
    address?.repository === repository &&
    address.decided?.sub === claims.sub &&
    address.decided.stamp === claims.stamp;
  const mayPush = coversAction(claims.access, repository, 'image:push');
  const inAddress = isOwn && mayPush ? findInAddress(address, now) : null;
  return inAddress ?? findInToken(claims, repository, 'push', now);
}

function findPull(
  c: V2Context,
  { repository, target }: RepositoryRequest,
  proof: TokenProof,
): Decision | null {
  const now = Date.now();
  const find = (digest?: Digest) =>
    findDecision(holderOf(c, proof), scopeOf(repository, 'pull'), now, digest);
  const remembered = target.kind === 'digest' ? find(target.digest) : null;
  // HEAD says that a blob stays for a while, for which its row is read unless it was just pushed.
  const isEnough = c.req.raw.method === 'GET' || remembered?.blob?.unusedSince !== null;
  const named = isEnough ? remembered : null;
  return named ?? find() ?? findInToken(proof.claims, repository, 'pull', now);
}

/** What a client reads because it pushes is no pull, if it may push: the database knows. */
function isReadByDigest(c: V2Context, { on, target }: RepositoryRequest): boolean {
  if (on === 'blob') return target.kind === 'digest';
  const isByDigest = target.kind === 'reference' && target.reference.kind === 'digest';
  return on === 'manifest' && isByDigest && c.req.header(PURPOSE_HEADER) !== 'push';
}

/** Remembers what was decided about a request, for those that findCachedDecision lets in. */
export function cacheDecision(
  c: V2Context,
  request: RepositoryRequest,
  decided: {
    readonly repository: Repository;
    readonly content: RequestedContent;
  } & Decided,
): void {
  const { proof, on } = request;
  rememberImage(decided.repository, decided.askedAt);
  if (proof.kind !== 'token') return;
  const { repository, content, askedAt, standing } = decided;
  const holder = holderOf(c, proof);
  const decision = { ...c.var.identity, repository, standing, askedAt };
  const isPush = on === 'upload' || on === 'new manifest';
  const action = isPush ? 'push' : 'pull';
  const scope = scopeOf(request.repository, action);
  if (isPush || on === 'blob' || on === 'manifest') {
    rememberDecision(holder, { ...decision, scope, blob: null });
  }
  // The blobs of a manifest in the trash may have been deleted since.
  if (content.manifest === null) return;
  for (const blob of content.blobs) rememberDecision(holder, { ...decision, scope, blob });
}

/**
 * Remembers a blob that a client has just pushed: docker asks for each of its layers after it has.
 * @param blob null where it is not known what was stored
 */
export function rememberPushed(c: V2Context, blob: BlobRecord | null): void {
  const { proof, identity, decided, repo } = c.var;
  if (blob === null || proof.kind !== 'token') return;
  const repository = formatRepositoryName(repo.repository.name);
  if (!coversAction(proof.claims.access, repository, 'image:pull')) return;
  const decision = { ...identity, ...decided, repository: repo.repository };
  const scope = scopeOf(repository, 'pull');
  rememberDecision(holderOf(c, proof), { ...decision, scope, blob });
}

/** Remembers that an image has a manifest, which was just pushed. */
export function rememberPublished(c: V2Context, imageId: number): void {
  const { decided, repo } = c.var;
  rememberImage({ ...repo.repository, imageId, published: true }, decided.askedAt);
}

function scopeOf(name: string, action: RepositoryAction): Scope {
  return { type: 'repository', name, actions: [action] };
}

/** Fingerprints of tokens, by their claims: those of a token that this isolate knows are one object. */
const holders = new WeakMap<AccessClaims, string>();

function holderOf({ var: { config } }: V2Context, { token, claims }: TokenProof): string {
  const known = holders.get(claims);
  if (known !== undefined) return known;
  const holder = fingerprint(config.credentialKey, JSON.stringify(['token', token]));
  holders.set(claims, holder);
  return holder;
}

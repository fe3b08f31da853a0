import type { Digest } from '../domain/digest.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import type { Repository } from '../storage/workspaces/images.ts';
import type { Authentication } from './authenticate.ts';
import { DECISION_LIFETIME } from './recent-decisions.ts';

/**
 * What the database said as it let a token pull a manifest: that same token may pull the blobs
 * the manifest names, for a while, without asking again. A client pulls them right behind the
 * manifest, so a pull of many layers costs the query of its manifest.
 *
 * A decision must not be older than a minute. So a pass counts from when its query was sent;
 * it is for one token, one repository and the blobs of manifests that this token was let
 * see; it is used for GET of a blob and for nothing else; and it lives in one isolate, where a
 * deletion in the repository ends it. Within its minute it outlives a revocation, a change of
 * access or a deletion made elsewhere, and no longer. The object it names outlives it:
 * collection spares for longer what was found (src/index.ts).
 */
export interface PullPass extends Authentication {
  readonly repository: Repository;
  readonly blob: BlobRecord;
  /** When the query was sent that decided, ms. */
  readonly decidedAt: number;
}

/** Passes by token and repository, those given longest ago first. */
const passes = new Map<string, Map<Digest, PullPass>>();
const MAX_TOKENS = 200;
const MAX_BLOBS = 1000;

const keyOf = (token: string, repository: string) => `${repository} ${token}`;

/** Gives a token that was let pull a manifest of the repository a pass for its blobs. */
export function givePasses(
  token: string,
  repository: string,
  decision: Omit<PullPass, 'blob'>,
  blobs: readonly BlobRecord[],
): void {
  const key = keyOf(token, repository);
  const given = passes.get(key) ?? new Map<Digest, PullPass>();
  passes.delete(key);
  if (given.size + blobs.length > MAX_BLOBS) given.clear();
  for (const blob of blobs) given.set(blob.digest, { ...decision, blob });
  const oldest = passes.keys().next();
  if (passes.size >= MAX_TOKENS && !oldest.done) passes.delete(oldest.value);
  if (given.size > 0) passes.set(key, given);
}

/** The pass of a token for a blob, if it has one that is still good. */
export function findPass(
  token: string,
  repository: string,
  digest: Digest,
  now: number,
): PullPass | null {
  const pass = passes.get(keyOf(token, repository))?.get(digest);
  return pass && now - pass.decidedAt < DECISION_LIFETIME ? pass : null;
}

/** Ends all passes for a repository, since something of it is being deleted. */
export function endPasses(repository: string): void {
  for (const key of passes.keys()) if (key.startsWith(`${repository} `)) passes.delete(key);
}

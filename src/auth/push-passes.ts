import type { Repository } from '../storage/workspaces/images.ts';
import type { Authentication } from './authenticate.ts';
import { RecentDecisions } from './recent-decisions.ts';

/**
 * What the database said as it let a token begin or continue an upload: that same token may
 * carry on with uploads to that repository for a minute without asking again. A client sends
 * each blob in two or three requests and many blobs in a row, so the uploads of a push cost one
 * query instead of one for each request.
 *
 * What is uploaded is seen by nobody until a manifest names it, and a manifest is always decided by
 * the database, as a mount is, which reads another image: within its minute a pass that
 * outlives a revocation leaves bytes that its client had to collection, and no more. Whether the
 * image is still there, the transaction that publishes a blob sees for itself.
 */
export interface PushPass extends Authentication {
  readonly repository: Repository;
  /** When the query was sent that decided, ms. */
  readonly decidedAt: number;
}

const passes = new RecentDecisions<PushPass>(1000);

const keyOf = (token: string, repository: string) => `${repository} ${token}`;

/** Gives a token that was let upload to a repository a pass for it. */
export function givePushPass(token: string, repository: string, pass: PushPass): void {
  // Before the image is there each blob would try to make it, which is no cheaper than asking.
  if (pass.repository.imageId === null) return;
  passes.keep(keyOf(token, repository), pass, pass.decidedAt);
}

/** The pass of a token for a repository, if it has one that is still good at `now`, ms. */
export function findPushPass(token: string, repository: string, now: number): PushPass | null {
  return passes.find(keyOf(token, repository), now);
}

/** Ends all passes, since somebody's rights may have changed. */
export function endPushPasses(): void {
  passes.end();
}

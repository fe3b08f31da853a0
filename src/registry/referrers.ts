import {
  findReferrers,
  type ReferrersPage,
  type ReferrersRequest,
} from '../storage/content/referrers.ts';
import type { RepositoryContext } from './context.ts';

export type { Referrer, ReferrersRequest } from '../storage/content/referrers.ts';

/** One page of the manifests that have a subject; none if there is no image. */
export async function listReferrers(
  { db, repository }: RepositoryContext,
  wanted: ReferrersRequest,
): Promise<ReferrersPage> {
  if (repository.imageId === null) return { referrers: [], more: false };
  return await findReferrers(db, repository.imageId, wanted);
}

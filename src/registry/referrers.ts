import type { Digest } from '../domain/digest.ts';
import type { PageRequest } from '../domain/paging.ts';
import * as storage from '../storage/content/referrers.ts';
import type { RepositoryContext } from './context.ts';

export type { Referrer } from '../storage/content/referrers.ts';

/** One page of the manifests whose subject is `subject`; none if there is no image. `more`: others follow. */
export async function listReferrers(
  { db, repository }: RepositoryContext,
  subject: Digest,
  artifactType: string | null,
  page: PageRequest,
): Promise<{ readonly referrers: storage.Referrer[]; readonly more: boolean }> {
  if (repository.imageId === null) return { referrers: [], more: false };
  return await storage.listReferrers(db, repository.imageId, subject, artifactType, page);
}

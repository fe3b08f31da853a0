import type { Digest } from '../domain/digest.ts';
import type { Page } from '../domain/paging.ts';
import * as storage from '../storage/referrers.ts';
import type { Context } from './context.ts';

export type { Referrer } from '../storage/referrers.ts';

/** One page of the manifests whose subject is `subject`; none where the image is not there. */
export async function listReferrers(
  { db, repository }: Context,
  subject: Digest,
  artifactType: string | null,
  page: Page,
): Promise<{ readonly referrers: storage.Referrer[]; readonly more: boolean }> {
  if (repository.imageId === null) return { referrers: [], more: false };
  return await storage.listReferrers(db, repository.imageId, subject, artifactType, page);
}

import type { Services } from '../services.ts';
import type { Repository } from '../storage/workspaces/images.ts';

export type { Repository };

/** What an operation on a repository works with. */
export interface RepositoryContext extends Services {
  readonly repository: Repository;
  /** Name of the principal, for history. */
  readonly actor: string;
  /** When the request arrived, ms since 1970. */
  readonly now: number;
}

/** Whether more than half the grace period of unused content is over, so that a push renews it. */
export function needsRenewal(
  unusedSince: number | null,
  { now, gracePeriod }: Pick<RepositoryContext, 'now' | 'gracePeriod'>,
): boolean {
  return unusedSince !== null && now - unusedSince > gracePeriod / 2;
}

import type { Services } from '../services.ts';
import type { Repository } from '../storage/workspaces/images.ts';

export type { Repository };

/** What an operation on a repository works with. */
export interface RepositoryContext extends Services {
  readonly repository: Repository;
  /** Name of the principal, as histories record it. */
  readonly actor: string;
  /** When the request arrived, ms since 1970. */
  readonly now: number;
}

/** Whether more than half the grace period of unused content has passed. */
export function needsGraceExtension(
  unusedSince: number | null,
  { now, gracePeriod }: Pick<RepositoryContext, 'now' | 'gracePeriod'>,
): boolean {
  return unusedSince !== null && now - unusedSince > gracePeriod / 2;
}

import { wakeTriggers } from '../events/triggers/calls.ts';
import type { Services } from '../services.ts';
import { logFailure } from '../storage/failures.ts';
import { listTriggersToWake } from '../storage/triggers/queue.ts';

/** Wakes triggers that events wait for. Never throws; the answer does not wait for it. */
export async function tellTriggers(
  { triggers }: Pick<Services, 'triggers'>,
  ids: readonly number[],
): Promise<void> {
  await wakeTriggers(triggers, ids);
}

/** As tellTriggers, for all of a project, after a change in it or in the workspace. */
export async function tellTriggersOf(
  { db, triggers }: Pick<Services, 'db' | 'triggers'>,
  place: { readonly projectId: number } | { readonly workspaceId: number },
): Promise<void> {
  try {
    await wakeTriggers(triggers, await listTriggersToWake(db, place));
  } catch (error) {
    // The schedule finds them.
    logFailure('triggers were not woken', error);
  }
}

import { wakeTriggers } from '../events/triggers/calls.ts';
import type { Services } from '../services.ts';
import { listWaitingTriggers } from '../storage/triggers/queue.ts';
import { pauseOverfull } from '../storage/triggers/triggers.ts';

/** Triggers that are read and woken at once. */
const SLICE = 50;
/** The most slices of a run. */
const SLICES = 20;

/**
 * Wakes the triggers that events wait for: the Worker that wrote one may have died before it could.
 * One that too many wait for is paused.
 */
export async function wakeWaitingTriggers({ db, triggers }: Services): Promise<void> {
  let after = 0;
  for (let n = 0; n < SLICES; n++) {
    const waiting = await listWaitingTriggers(db, after, SLICE);
    await pauseOverfull(db, waiting, Date.now());
    await wakeTriggers(triggers, waiting);
    after = waiting.at(-1) ?? 0;
    if (waiting.length < SLICE) return;
  }
}

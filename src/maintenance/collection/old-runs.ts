import { DAY_MS } from '../../domain/time.ts';
import { dropRuns } from '../../storage/garbage/collection-runs.ts';
import type { Phase } from './slice.ts';

const KEPT_FOR = 90 * DAY_MS;
const SLICE = 500;

/** Deletes the records of collections that are 90 days old. */
export const deleteOldRuns: Phase = {
  name: 'records',
  of: 'platform',
  slice: async ({ db, run }) => {
    const count = await dropRuns(db, run.startedAt - KEPT_FOR, SLICE);
    return { next: count < SLICE ? null : true };
  },
};

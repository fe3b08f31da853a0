import { DAY_MS, pastTime } from '../../domain/time.ts';
import { deleteRuns } from '../../storage/garbage/collection-runs.ts';
import type { Phase } from './slice.ts';

const KEPT_FOR = 90 * DAY_MS;
const SLICE = 500;

/** Deletes records of collections that began more than 90 days ago. */
export const deleteOldRuns: Phase = {
  name: 'records',
  of: 'platform',
  slice: async ({ db, run }) => {
    const count = await deleteRuns(db, pastTime(run.startedAt, Date.now()) - KEPT_FOR, SLICE);
    return { next: count < SLICE ? null : true };
  },
};

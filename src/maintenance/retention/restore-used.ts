import { HOUR_MS } from '../../domain/time.ts';
import type { Services } from '../../services.ts';
import { refusalOf } from '../../storage/database.ts';
import { listImagesWithMoved, listUsedWhenMoved } from '../../storage/retention/moved-versions.ts';
import { restoreVersion } from '../../storage/trash/restore.ts';
import { flushCounters } from '../flush-counters.ts';
import { RETENTION_ACTOR } from './apply.ts';

/** Also what the hour before moved, whose use may have reached its counter late, ms. */
const LOOK_BACK = 2 * HOUR_MS;

/** Pull counters that are asked, and versions restored. */
const MAX_ASKED = 2000;
const MAX_RESTORED = 200;

/**
 * Restores what rules have just moved to the trash although it was in use: a use a moment before
 * that was not known to its counter yet. Waits until it is. Answers how many versions came back.
 */
export async function restoreUsed({ db, pulls, useDelay }: Services, now: number): Promise<number> {
  const by = { actor: RETENTION_ACTOR, since: now - LOOK_BACK };
  const images = await listImagesWithMoved(db, by, MAX_ASKED);
  if (images.length === 0) return 0;
  await scheduler.wait(useDelay);
  await flushCounters(pulls, images);
  let restored = 0;
  for (const version of await listUsedWhenMoved(db, by, MAX_RESTORED)) {
    try {
      if (await restoreVersion(db, version, RETENTION_ACTOR, Date.now())) restored++;
    } catch (error) {
      // A tag that was pushed since then stays.
      if (refusalOf(error) !== 'name_taken') throw error;
    }
  }
  return restored;
}

import { forgetDoomedObjects, listDoomedObjects } from '../storage/doomed-objects.ts';
import { deleteObjects } from '../storage/objects.ts';
import type { Platform } from './context.ts';

/** Keys one R2 delete takes. */
const SLICE = 1000;

/**
 * Deletes one slice of the objects that no row names any more; the rows that say so go last,
 * so a crash only means doing it again. Answers how many there were.
 */
export async function sweepDoomedObjects({ db, bucket }: Platform, now: number): Promise<number> {
  const keys = await listDoomedObjects(db, now, SLICE);
  if (keys.length === 0) return 0;
  await deleteObjects(bucket, keys);
  await forgetDoomedObjects(db, keys);
  return keys.length;
}

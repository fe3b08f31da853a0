import * as z from 'zod/mini';
import {
  type DoomedObject,
  FIRST_DOOMED,
  forgetDoomedObjects,
  listDoomedObjects,
} from '../../storage/garbage/deletion-queue.ts';
import { deleteObjects } from '../../storage/objects.ts';
import { applyToEach, type Phase, type SliceContext } from './slice.ts';

/** Keys one R2 delete takes. */
const SLICE = 1000;

const placeSchema = z.object({
  until: z.number(),
  after: z.object({ key: z.string(), doomedAt: z.number() }),
});

/**
 * Deletes objects that no row names any more: those that were doomed until this phase began,
 * each once nobody can have its key in hand.
 */
export const deleteQueuedObjects: Phase = {
  name: 'objects',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, lookUpTime } = collection;
    const { until, after } =
      at === null ? { until: Date.now() + 1, after: FIRST_DOOMED } : placeSchema.parse(at);
    const [first] = await listDoomedObjects(db, until, after, 1);
    if (!first) return { next: null };
    const wakeAt = first.doomedAt + lookUpTime;
    if (wakeAt > Date.now()) return { next: { until, after: { ...after } }, wakeAt };
    const due = Math.min(until, Date.now() - lookUpTime + 1);
    const { last, errors } = await sweep(collection, due, after);
    return { next: { until, after: { ...last } }, errors };
  },
};

/** The object goes before the row that says so: a crash between only means doing it again. */
async function sweep({ db, bucket }: SliceContext, before: number, after: DoomedObject) {
  const doomed = await listDoomedObjects(db, before, after, SLICE);
  const errors = await applyToEach(
    doomed.map(({ key }) => key),
    async (keys) => {
      await deleteObjects(bucket, keys);
      await forgetDoomedObjects(db, keys);
    },
    (key) => `object ${key}`,
  );
  return { last: doomed.at(-1) ?? after, errors };
}

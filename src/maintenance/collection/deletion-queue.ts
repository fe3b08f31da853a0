import * as z from 'zod/mini';
import {
  correctQueueDates,
  dequeueObjects,
  listQueuedObjects,
  QUEUE_START,
  type QueuedObject,
} from '../../storage/garbage/deletion-queue.ts';
import { deleteObjects } from '../../storage/objects.ts';
import { applyToEach, type Phase, type SliceContext } from './slice.ts';

/** Keys that one R2 delete takes. */
const SLICE = 1000;

/** Entries dated ahead of the clock that one run corrects. */
const MAX_CORRECTED = 10_000;

const placeSchema = z.object({
  until: z.number(),
  after: z.object({ key: z.string(), queuedAt: z.number() }),
});

/**
 * Deletes the objects in the deletion queue: those that entered it before this phase began, each
 * once no request can still be about to open it.
 */
export const deleteQueuedObjects: Phase = {
  name: 'objects',
  of: 'everywhere',
  slice: async (collection, at) => {
    const { db, deletionDelay } = collection;
    // A run of an earlier release, or begun while the clock was ahead, starts again here.
    const start = { until: Date.now() + 1, after: QUEUE_START };
    const place = placeSchema.safeParse(at).data;
    const isOurs = place !== undefined && place.until <= start.until;
    if (!isOurs) await correctQueueDates(db, Date.now(), MAX_CORRECTED);
    const { until, after } = isOurs ? place : start;
    const [first] = await listQueuedObjects(db, until, after, 1);
    if (!first) return { next: null };
    const wakeAt = first.queuedAt + deletionDelay;
    if (wakeAt > Date.now()) return { next: { until, after: { ...after } }, wakeAt };
    const due = Math.min(until, Date.now() - deletionDelay + 1);
    const { last, errors } = await sweep(collection, due, after);
    return { next: { until, after: { ...last } }, errors };
  },
};

/** Deletes objects before their rows in the queue, so that a crash in between is only a repeat. */
async function sweep(
  { db, bucket, objectCache }: SliceContext,
  before: number,
  after: QueuedObject,
) {
  const queued = await listQueuedObjects(db, before, after, SLICE);
  const errors = await applyToEach(
    queued.map(({ key }) => key),
    async (keys) => {
      await deleteObjects(bucket, keys);
      await dequeueObjects(db, keys);
      await objectCache?.purge(keys);
    },
    (key) => `object ${key}`,
  );
  return { last: queued.at(-1) ?? after, errors };
}

import { COUNTER_URLS, counterName } from '../domain/pulls.ts';
import { logFailure } from '../storage/failures.ts';

/** How long a counter may take, ms. */
const LIMIT = 10_000;

/**
 * Asks the pull counters of images to bring all they know to D1, and answers the images whose
 * counter did. Content is let go only after that, by a statement that reads its last use again; the
 * content of the others waits for the next run.
 */
export async function flushCounters(
  pulls: DurableObjectNamespace,
  imageIds: Iterable<number>,
): Promise<ReadonlySet<number>> {
  const ids = [...new Set(imageIds)];
  const outcomes = await Promise.allSettled(ids.map((id) => flushCounter(pulls, id)));
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      logFailure('a pull counter did not answer', outcome.reason);
    }
  }
  return new Set(ids.filter((_, n) => outcomes[n]?.status === 'fulfilled'));
}

async function flushCounter(pulls: DurableObjectNamespace, imageId: number): Promise<void> {
  const counter = pulls.get(pulls.idFromName(counterName(imageId)));
  const signal = AbortSignal.timeout(LIMIT);
  const { ok } = await counter.fetch(COUNTER_URLS.flush, { method: 'POST', signal });
  if (!ok) throw new Error('the counter is of another release');
}

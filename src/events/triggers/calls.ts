import { DELIVERY_URLS, deliveriesName } from '../../domain/triggers/delivery.ts';
import { logFailure } from '../../storage/failures.ts';

/** How long a call may take, ms: a request by hand waits for the answer of an endpoint. */
const LIMIT = 15_000;

/** Calls the object that delivers for a trigger. */
export async function callDeliveries(
  namespace: DurableObjectNamespace,
  call: keyof typeof DELIVERY_URLS,
  body: { readonly triggerId: number } & Readonly<Record<string, unknown>>,
): Promise<Response> {
  const stub = namespace.get(namespace.idFromName(deliveriesName(body.triggerId)));
  const signal = AbortSignal.timeout(LIMIT);
  return await stub.fetch(DELIVERY_URLS[call], {
    method: 'POST',
    body: JSON.stringify(body),
    signal,
  });
}

/**
 * Says that events wait for triggers. Never throws: what is not heard is found by the schedule
 * within five minutes.
 */
export async function wakeTriggers(
  namespace: DurableObjectNamespace,
  triggerIds: readonly number[],
): Promise<void> {
  const calls = triggerIds.map(async (triggerId) => {
    const answer = await callDeliveries(namespace, 'wake', { triggerId });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error('the object is of another release');
  });
  for (const outcome of await Promise.allSettled(calls)) {
    if (outcome.status === 'rejected') logFailure('a trigger was not woken', outcome.reason);
  }
}

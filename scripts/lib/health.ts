import { setTimeout as delay } from 'node:timers/promises';
import { describeError, Failure } from './failure.ts';

const startTimeout = 90_000;
/** A server that answers but is not healthy by then has a fault that waiting does not fix. */
const recoveryTimeout = 10_000;
const pollInterval = 50;
const recoveryInterval = 500;

/** Waits until `GET /healthz` answers 200; fails with the last answer, and returns when cancelled. */
export async function waitUntilHealthy(origin: string, cancelled: AbortSignal): Promise<void> {
  let deadline = Date.now() + startTimeout;
  while (!cancelled.aborted) {
    const { healthy, answered, seen } = await probe(`${origin}/healthz`);
    if (healthy) return;
    if (Date.now() > deadline) throw new Failure(`the server did not become ready: ${seen}`);
    if (answered) deadline = Math.min(deadline, Date.now() + recoveryTimeout);
    await delay(answered ? recoveryInterval : pollInterval);
  }
}

async function probe(url: string) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const text = (await response.text()).split('\n', 1)[0];
    const seen = `${url} answered ${response.status} ${text}`;
    return { healthy: response.status === 200, answered: true, seen };
  } catch (error) {
    return { healthy: false, answered: false, seen: describeError(error) };
  }
}

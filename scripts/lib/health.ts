import { setTimeout as delay } from 'node:timers/promises';
import { describeError, Failure } from './failure.ts';

const startTimeout = 90_000;
/** A server that answers but is not healthy by then has a fault that waiting does not fix. */
const recoveryTimeout = 10_000;
const pollInterval = 50;
const recoveryInterval = 500;

/** What `GET /healthz` answered. */
export interface Health {
  readonly status: number;
  readonly text: string;
}

/** Asks by `fetch`. */
export function fetchProbe(url: string): () => Promise<Health> {
  return async () => {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return { status: response.status, text: await response.text() };
  };
}

/**
 * Waits until `GET /healthz` answers 200; fails with the last answer, and returns when cancelled.
 * @param probe asks once; it rejects when nothing answers
 */
export async function waitUntilHealthy(
  probe: () => Promise<Health>,
  cancelled: AbortSignal,
): Promise<void> {
  let deadline = Date.now() + startTimeout;
  while (!cancelled.aborted) {
    const { healthy, answered, seen } = await tryProbe(probe);
    if (healthy) return;
    if (Date.now() > deadline) throw new Failure(`the server did not become ready: ${seen}`);
    if (answered) deadline = Math.min(deadline, Date.now() + recoveryTimeout);
    await delay(answered ? recoveryInterval : pollInterval);
  }
}

async function tryProbe(probe: () => Promise<Health>) {
  try {
    const { status, text } = await probe();
    const seen = `/healthz answered ${status} ${text.split('\n', 1)[0]}`;
    return { healthy: status === 200, answered: true, seen };
  } catch (error) {
    return { healthy: false, answered: false, seen: describeError(error) };
  }
}

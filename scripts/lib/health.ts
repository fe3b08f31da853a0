import { setTimeout as delay } from 'node:timers/promises';
import { describeError, Failure } from './failure.ts';

const startTimeout = 90_000;
const pollInterval = 50;

/** Waits until `GET /healthz` answers 200; gives up with what it saw last, or when cancelled. */
export async function waitUntilHealthy(origin: string, cancelled: AbortSignal): Promise<void> {
  const deadline = Date.now() + startTimeout;
  let seen = '';
  while (!cancelled.aborted) {
    seen = await probe(`${origin}/healthz`);
    if (seen === 'healthy') return;
    if (Date.now() > deadline) throw new Failure(`the server did not become ready: ${seen}`);
    await delay(pollInterval);
  }
}

async function probe(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const text = await response.text();
    return response.status === 200 ? 'healthy' : `${url} answered ${response.status} ${text}`;
  } catch (error) {
    return describeError(error);
  }
}

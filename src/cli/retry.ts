import { setTimeout as sleep } from 'node:timers/promises';
import { readRetryAfter } from '../archive/push/retry.ts';
import type { Send, SendRequest } from '../archive/push/send.ts';
import { isRetryableStatus } from '../domain/http-status.ts';
import { CommandError } from './exit.ts';

/** Tries of one request, and the wait before the second in ms; it doubles with each. */
const MAX_ATTEMPTS = 5;
const FIRST_DELAY = 500;
/** The longest wait a registry may ask for, ms. */
const MAX_DELAY = 60_000;

/**
 * Makes a request again where its connection or the registry failed in passing. For requests
 * only that may be made twice, with a body that can be.
 * @throws as `send`, when the last try failed
 */
export async function sendWithRetry(send: Send, request: SendRequest): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const delay = FIRST_DELAY * 2 ** (attempt - 1);
    try {
      const response = await send(request);
      if (!isRetryableStatus(response.status) || attempt === MAX_ATTEMPTS) return response;
      await response.body?.cancel();
      const requested = readRetryAfter(response) * 1000;
      await sleep(Math.min(Math.max(delay, requested), MAX_DELAY));
    } catch (error) {
      if (error instanceof CommandError || attempt === MAX_ATTEMPTS) throw error;
      await sleep(delay);
    }
  }
}

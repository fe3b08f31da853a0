import { setTimeout as sleep } from 'node:timers/promises';
import { readRetryAfter } from '../archive/push/retry.ts';
import type { Send, SendRequest } from '../archive/push/send.ts';
import { isRetryableStatus } from '../domain/http-status.ts';
import { CommandError } from './exit.ts';

/** Attempts at one request. */
const MAX_ATTEMPTS = 5;
/** Before the second attempt, in ms; it doubles with each. */
const FIRST_DELAY = 500;
/** The longest delay that a registry may ask for, in ms. */
const MAX_DELAY = 60_000;

/**
 * Makes a request, and repeats it after retryable failures. Only for requests that may be made
 * twice, and without a stream as body.
 * @returns the last response, whatever its status
 * @throws what `send` throws at the last attempt
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

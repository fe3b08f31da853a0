import { setTimeout as sleep } from 'node:timers/promises';
import type { Send, SendRequest } from '../archive/push/send.ts';
import { CommandError } from './exit.ts';

/** Tries of one request, and the wait before the second in ms; it doubles with each. */
const MAX_TRIES = 5;
const FIRST_WAIT = 500;
/** The longest wait a registry may ask for, ms. */
const MAX_WAIT = 60_000;

/** What passes by itself: an overload, a deploy, a proxy that lost its way. */
const PASSING = [408, 429, 500, 502, 503, 504];

/**
 * Makes a request again where its connection or the registry failed in passing. For requests
 * only that may be made twice, with a body that can be.
 * @throws as `send`, when the last try failed
 */
export async function sendPatiently(send: Send, request: SendRequest): Promise<Response> {
  for (let tries = 1; ; tries++) {
    const wait = FIRST_WAIT * 2 ** (tries - 1);
    try {
      const answer = await send(request);
      if (!PASSING.includes(answer.status) || tries === MAX_TRIES) return answer;
      await answer.body?.cancel();
      const seconds = Number(answer.headers.get('retry-after')) || 0;
      await sleep(Math.min(Math.max(wait, seconds * 1000), MAX_WAIT));
    } catch (error) {
      if (error instanceof CommandError || tries === MAX_TRIES) throw error;
      await sleep(wait);
    }
  }
}

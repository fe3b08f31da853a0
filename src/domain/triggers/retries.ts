import { DAY_MS, HOUR_MS } from '../time.ts';

/** Time until the second try, ms; each one after it waits twice as long. */
const FIRST_WAIT = 5000;
const LONGEST_WAIT = HOUR_MS;

/** An event that is not delivered by then is given up, ms after it happened. */
export const GIVE_UP_AFTER = DAY_MS;

/** Refusals in a row after which a trigger is paused. */
export const MAX_REFUSALS = 20;

/** Statuses of 4xx that another try may turn into a success. */
const RETRIED: readonly number[] = [408, 425, 429];

/** What an answer means; a status of null: there was none. */
export function outcomeOf(status: number | null): 'delivered' | 'retry' | 'refused' {
  if (status === null) return 'retry';
  if (status >= 200 && status < 300) return 'delivered';
  // A redirect, which is not followed, may be to a page that says that the endpoint is away.
  return status >= 400 && status < 500 && !RETRIED.includes(status) ? 'refused' : 'retry';
}

/**
 * Time until the next try, ms: what the endpoint asked for, or twice the last wait, with up to a
 * fifth more or less, so that what failed together does not come back together.
 *
 * @param tries so far, 1 or more
 * @param random 0 to 1
 */
export function waitAfter(tries: number, retryAfter: number | null, random: number): number {
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries - 1, 20));
  const spread = wait * (0.8 + 0.4 * random);
  return Math.round(Math.max(spread, Math.min(retryAfter ?? 0, LONGEST_WAIT)));
}

/** The wait that a Retry-After header asks for, ms; null: none. RFC 9110, section 10.2.3 */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

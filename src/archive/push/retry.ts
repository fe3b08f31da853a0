import { ArchiveError } from '../errors.ts';

/** How often and after which delay a failed request is repeated. */
export interface RetryPolicy {
  /** Consecutive failures after which it is given up. */
  readonly attempts: number;
  /** Before the second attempt, in ms. It doubles with each failure, up to 30 s. */
  readonly delay: number;
}

/** Gives up after about half a minute. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, delay: 1000 };

const MAX_DELAY = 30_000;

/** Seconds that a response asks to wait; 0 if it names none. */
export function readRetryAfter({ headers }: Response): number {
  return Number(headers.get('retry-after')) || 0;
}

/** Counts consecutive failures and waits after each. */
export class RetryBudget {
  readonly #policy: RetryPolicy;
  readonly #signal: AbortSignal;
  failures = 0;

  constructor(policy: RetryPolicy, signal: AbortSignal) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /** Resets the count after a success. */
  reset(): void {
    this.failures = 0;
  }

  /**
   * Waits after a failure.
   * @param reason of the failure, for the error message
   * @param retryAfter seconds that the registry asks to wait
   * @throws ArchiveError CONNECTION_LOST when the budget is used up; the signal's reason
   */
  async wait(reason: string, retryAfter = 0): Promise<void> {
    this.#signal.throwIfAborted();
    this.failures += 1;
    const { attempts, delay } = this.#policy;
    if (this.failures >= attempts) throw new ArchiveError('CONNECTION_LOST', { attempts, reason });
    const backoff = delay * 2 ** (this.failures - 1);
    await sleep(Math.min(Math.max(backoff, retryAfter * 1000), MAX_DELAY), this.#signal);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}

import { ArchiveError } from '../errors.ts';

/** How often, and how soon, a request that failed is made again. */
export interface RetryPolicy {
  /** Failures in a row until it is given up. */
  readonly attempts: number;
  /** Until the second attempt, in ms; it doubles with every failure, up to 30 s. */
  readonly delay: number;
}

/** About half a minute. */
export const DEFAULT_RETRY: RetryPolicy = { attempts: 6, delay: 1000 };

const MAX_DELAY = 30_000;

/** Seconds that a response asks to wait; 0 where it names none. */
export function readRetryAfter({ headers }: Response): number {
  return Number(headers.get('retry-after')) || 0;
}

/** Counts the failures of one piece of work and waits between them. */
export class RetryBudget {
  readonly #policy: RetryPolicy;
  readonly #signal: AbortSignal;
  failures = 0;

  constructor(policy: RetryPolicy, signal: AbortSignal) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /** Something went well: failures are counted anew. */
  reset(): void {
    this.failures = 0;
  }

  /**
   * Waits after a failure.
   * @param reason what failed, for people
   * @param retryAfter seconds that the registry asks to wait
   * @throws ArchiveError CONNECTION_LOST when it was one too many; the signal's reason
   */
  async wait(reason: string, retryAfter = 0): Promise<void> {
    this.#signal.throwIfAborted();
    this.failures += 1;
    const { attempts, delay } = this.#policy;
    if (this.failures >= attempts) throw new ArchiveError('CONNECTION_LOST', { attempts, reason });
    const growing = delay * 2 ** (this.failures - 1);
    await sleep(Math.min(Math.max(growing, retryAfter * 1000), MAX_DELAY), this.#signal);
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

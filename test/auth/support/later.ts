import { vi } from 'vitest';

/** A little longer than a decision may be remembered, ms. */
const A_MINUTE_LATER = 61_000;

/** Does some work as if it were a minute later. */
export async function afterAMinute<T>(work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + A_MINUTE_LATER });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

import { vi } from 'vitest';

/** Does some work as if it were so many seconds later. */
export async function later<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1000 });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

/** Does some work as if it were a little later than a decision may be remembered. */
export async function afterAMinute<T>(work: () => Promise<T>): Promise<T> {
  return await later(61, work);
}

/** Does some work as if it were so long ago that nothing decided then may be acted on now. */
export async function aMinuteAgo<T>(work: () => Promise<T>): Promise<T> {
  return await later(-61, work);
}

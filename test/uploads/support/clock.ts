/** Time that passes when a test says so, in every Durable Object of the isolate. */
import { onTestFinished, vi } from 'vitest';

/** Shorter waits take their real time. */
const LONG = 1_000;
const POLL = 5;

export interface Clock {
  /** Lets time pass for the waits that have begun, in ms. */
  advance(ms: number): void;
}

/**
 * Takes over the long waits until the end of the test. Each polls in the object that waits: a timer
 * of another object must not wake it, so vitest's own fake timers do not work here.
 */
export function stopClock(): Clock {
  let now = 0;
  const { setTimeout: start, setInterval, clearInterval } = globalThis;
  const wait = (done: (value: unknown) => void, ms = 0, value?: unknown) => {
    if (ms < LONG) return start(done, ms, value);
    const end = now + ms;
    const timer = setInterval(() => {
      if (now < end) return;
      clearInterval(timer);
      done(value);
    }, POLL);
    return timer;
  };
  const spy = vi.spyOn(globalThis, 'setTimeout').mockImplementation(wait as typeof start);
  onTestFinished(() => spy.mockRestore());
  return {
    advance(ms) {
      now += ms;
    },
  };
}

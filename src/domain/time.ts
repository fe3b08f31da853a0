export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * A stored time as it counts: one that is ahead of the clock counts as now. So a clock that was
 * wrong once delays nothing by more than what was asked for.
 */
export function pastTime(time: number, now: number): number {
  return Math.min(time, now);
}

/**
 * Whether what was last done at a stored time is to be done again: after `interval` ms, or at once if
 * that time is ahead of the clock.
 */
export function isDue(lastAt: number, interval: number, now: number): boolean {
  return lastAt > now || now - lastAt >= interval;
}

import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition returns a truthy value; throws after `seconds`, saying what for. */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  seconds = 60,
): Promise<NonNullable<T>> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const value = await condition();
    if (value) return value;
    await sleep(50);
  }
  throw new Error(`waited ${seconds} s in vain for ${what}`);
}

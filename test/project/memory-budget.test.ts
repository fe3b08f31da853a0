import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Lease, MemoryBudget } from '../../src/http/memory-budget.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Asks for memory and notes who got it, in the order of getting it. */
function queueUp(budget: MemoryBudget, sizes: Record<string, number>) {
  const got: Record<string, Lease> = {};
  for (const [name, bytes] of Object.entries(sizes)) {
    budget.take(bytes).then((lease) => {
      got[name] = lease;
    });
  }
  return got;
}

const someTime = () => vi.advanceTimersByTimeAsync(1_000);

test('memory goes to those who wait in their order, also past a small wish', async () => {
  const budget = new MemoryBudget(10);
  const first = await budget.take(8);
  const got = queueUp(budget, { large: 10, small: 1 });
  await someTime();
  expect(Object.keys(got)).toEqual([]);
  expect(budget.isContended).toBe(true);
  first.release();
  await someTime();
  expect(Object.keys(got)).toEqual(['large']);
  got.large?.release();
  await someTime();
  expect(Object.keys(got)).toEqual(['large', 'small']);
  expect(budget.free).toBe(9);
});

test('what is free is not taken from under those who wait', async () => {
  const budget = new MemoryBudget(10);
  const lease = await budget.take(5);
  expect(budget.tryResize(lease, 6)).toBe(true);
  queueUp(budget, { waiting: 10 });
  await someTime();
  expect(budget.tryTake(1)).toBeNull();
  expect(budget.tryResize(lease, 7)).toBe(false);
  expect(budget.tryResize(lease, 5)).toBe(true);
  expect(budget.free).toBe(5);
});

test('a lease that is given back twice counts once', async () => {
  const budget = new MemoryBudget(10);
  const lease = await budget.take(4);
  lease.release();
  lease.release();
  expect(budget.free).toBe(10);
});

test('one that stops waiting leaves the queue to the others', async () => {
  const budget = new MemoryBudget(10);
  const lease = await budget.take(10);
  let isOver = false;
  const stopped = budget.take(10, () => isOver);
  const got = queueUp(budget, { other: 1 });
  await someTime();
  isOver = true;
  await someTime();
  expect(await stopped).toBeNull();
  lease.release();
  await someTime();
  expect(Object.keys(got)).toEqual(['other']);
});

test('a holder of which nothing is heard for minutes loses its memory, another does not', async () => {
  const budget = new MemoryBudget(10);
  await budget.take(6);
  const used = await budget.take(4);
  const got = queueUp(budget, { next: 6 });
  for (let minute = 0; minute < 6; minute++) {
    await vi.advanceTimersByTimeAsync(60_000);
    used.use();
  }
  expect(Object.keys(got)).toEqual(['next']);
  expect(budget.free).toBe(0);
});

test('a request that was reset while it waited does not keep the others waiting', async () => {
  const budget = new MemoryBudget(10);
  const lease = await budget.take(10);
  // Its timer never comes, as after a reset.
  const timeout = vi.spyOn(globalThis, 'setTimeout').mockReturnValueOnce(0 as never);
  queueUp(budget, { reset: 10 });
  await vi.waitFor(() => expect(timeout).toHaveBeenCalled());
  const got = queueUp(budget, { other: 1 });
  lease.release();
  await someTime();
  expect(Object.keys(got)).toEqual([]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(Object.keys(got)).toEqual(['other']);
});

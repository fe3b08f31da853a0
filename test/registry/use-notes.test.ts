/** What an isolate tells the counters of images, and when. */
import { expect, test, vi } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import type { UseNote } from '../../src/domain/pulls.ts';
import type { RepositoryContext } from '../../src/registry/context.ts';
import { noteUse } from '../../src/registry/pulls.ts';

const DIGEST = `sha256:${'d'.repeat(64)}` as Digest;
let images = 1_000_000;

/** The counter of an image of its own that keeps what it is told, or fails as long as it should. */
function openCounter() {
  const imageId = images++;
  const told: UseNote[] = [];
  const counter = { told, isAway: false, tries: 0, note };
  const fetch = async (_url: string, { body }: { body: string }) => {
    counter.tries++;
    if (counter.isAway) throw new Error('the counter is away');
    told.push(JSON.parse(body));
    return new Response(null, { status: 204 });
  };
  const pulls = { idFromName: (name: string) => name, get: () => ({ fetch }) };
  async function note(isPull: boolean, now = Date.now(), digest = DIGEST): Promise<void> {
    const context = { repository: { imageId }, pulls, now } as unknown as RepositoryContext;
    await noteUse(context, digest, isPull);
  }
  return counter;
}

const manifestsOf = (notes: readonly UseNote[]) => notes.map(({ manifests }) => manifests);

test('what comes within a second is told once', async () => {
  const counter = openCounter();
  const other = `sha256:${'e'.repeat(64)}` as Digest;
  const wait = vi.spyOn(scheduler, 'wait');
  await Promise.all([
    counter.note(true),
    counter.note(true),
    counter.note(false),
    counter.note(false, Date.now(), other),
  ]);
  // Only one of them sends, and so does not send what is gathered after it.
  expect(wait).toHaveBeenCalledTimes(1);
  wait.mockRestore();
  expect(manifestsOf(counter.told)).toEqual([
    [
      [DIGEST, 2],
      [other, 0],
    ],
  ]);
});

test('a use is told once an hour, a pull each time', async () => {
  const counter = openCounter();
  const hour = Date.UTC(2026, 0, 1, 12);
  for (const at of [hour, hour + 1, hour + 3_599_999]) await counter.note(false, at);
  expect(counter.told).toHaveLength(1);
  await counter.note(true, hour + 2);
  expect(counter.told).toHaveLength(2);
  await counter.note(false, hour + 3_600_000);
  expect(manifestsOf(counter.told)).toEqual([[[DIGEST, 0]], [[DIGEST, 1]], [[DIGEST, 0]]]);
});

test('pulls before and after the turn of an hour are told apart', async () => {
  const counter = openCounter();
  const hour = Date.UTC(2026, 0, 2);
  await Promise.all([counter.note(true, hour - 1), counter.note(true, hour)]);
  expect(counter.told.map(({ at }) => at).sort()).toEqual([hour - 1, hour]);
});

test('a use that could not be told is told by the next', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const counter = openCounter();
  counter.isAway = true;
  await counter.note(false);
  expect([counter.tries, counter.told]).toEqual([4, []]);
  counter.isAway = false;
  await counter.note(false);
  expect(manifestsOf(counter.told)).toEqual([[[DIGEST, 0]]]);
});

test('what a request gathered that was killed is sent by a later one', async () => {
  const counter = openCounter();
  const now = Date.now();
  const never = vi.spyOn(scheduler, 'wait').mockReturnValueOnce(new Promise(() => {}));
  void counter.note(true, now);
  await counter.note(true, now + 1000);
  expect(counter.told).toEqual([]);
  never.mockRestore();
  await counter.note(true, now + 10_000);
  expect(manifestsOf(counter.told).flat()).toEqual([[DIGEST, 3]]);
});

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type InspectedOrlop, startOrlopDev } from '../bench/speed/registries.ts';
import { waitFor } from '../support/clients/wait.ts';
import { type Isolate, inspectIsolate } from '../support/isolate.ts';
import { freshBytes, makeBlob } from './support/image.ts';
import { Repository } from './support/repository.ts';
import { readOffset } from './support/resume.ts';
import { ask, Sending } from './support/wire.ts';

const MB = 1_000_000;
const MIB = 1024 * 1024;
/** How often the memory is looked at, in ms. */
const PERIOD = 20;

let folder: string;
let orlop: InspectedOrlop;
let isolate: Isolate;
let repository: Repository;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orlop-memory-'));
  orlop = await startOrlopDev(folder);
  isolate = await inspectIsolate(orlop.inspectorPort);
  const { origin, login } = orlop;
  repository = new Repository({ origin, credential: login ?? { username: '', password: '' } }, 'm');
});
afterAll(async () => {
  isolate?.close();
  await orlop?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a hundred bodies that announce 100 MB and bring three bytes take next to nothing', async () => {
  const before = await isolate.backingStores();
  const uploads = await Promise.all(Array.from({ length: 100 }, beginSlowly));
  const most = await mostMemory(allDurable(uploads.map(({ location }) => location)));
  expect((most - before) / MB).toBeLessThan(5);
  for (const { sending } of uploads) sending.destroy();
});

test.each([
  [10, 13],
  [40, 7],
])(
  '%i uploads of %i MiB at once have less than 80 MB together, and finish',
  async (count, size) => {
    const blobs = Array.from({ length: count }, () => makeBlob(freshBytes(size * MIB)));
    const pushes = Promise.all(blobs.map((blob) => repository.pushBlob(blob)));
    expect((await mostMemory(pushes)) / MB).toBeLessThan(80);
    const [first, last] = [blobs[0], blobs.at(-1)];
    for (const blob of [first, last]) {
      expect(await repository.readBlob(blob?.digest ?? '')).not.toBeNull();
    }
  },
);

test('an upload that is over leaves none of its bytes in the file of its object', async () => {
  const size = 5 * MIB;
  const location = await repository.begin();
  await new Sending(repository.server, 'PATCH', location).end(freshBytes(size));
  expect(largestObject()).toBeGreaterThan(size);
  await ask(repository.server, 'DELETE', location);
  await repository.pushBlob(makeBlob(freshBytes(size)));
  // A log that is shorter than 4 MB goes with the object, a few seconds after its last request.
  await waitFor('no object keeps the bytes', () => largestObject() < MIB);
});

/** Bytes of the largest file of an upload's Durable Object. */
function largestObject(): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  const sizes = files
    .filter((file) => file.isFile() && file.parentPath.includes('UploadSession'))
    .map((file) => join(file.parentPath, file.name))
    // An object that is put away takes its log with it.
    .map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
  return Math.max(...sizes);
}

/** A PATCH that has sent three bytes and waits. */
async function beginSlowly(): Promise<{ location: string; sending: Sending }> {
  const location = await repository.begin();
  const headers = { 'content-length': 100 * MB };
  const sending = new Sending(repository.server, 'PATCH', location, headers);
  await sending.write(Buffer.from('abc'));
  return { location, sending };
}

/** Waits until the three bytes of each are durable, which is so once a body has stalled. */
async function allDurable(locations: readonly string[]): Promise<void> {
  for (const location of locations) {
    const isDurable = async () => (await readOffset(repository.server, location)) === 3;
    await waitFor('three bytes are durable', isDurable);
  }
}

/** The most memory of array buffers in the isolate while some work goes on, in bytes. */
async function mostMemory(work: Promise<unknown>): Promise<number> {
  const done = work.then(() => true);
  let most = 0;
  do most = Math.max(most, await isolate.backingStores());
  while (!(await Promise.race([done, delay(PERIOD, false)])));
  return most;
}

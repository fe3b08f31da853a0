import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../support/clients/wait.ts';
import { type Server, startServer } from '../support/server.ts';
import { freshBytes, makeBlob, PART } from './support/image.ts';
import { Repository } from './support/repository.ts';
import { readOffset, sendRest } from './support/resume.ts';
import { Sending } from './support/wire.ts';

const SIZE = 2 * PART + 2_345_678;

/** The most that a broken connection loses of what the client has sent. */
const inPipes = 3 * 1024 * 1024;

let server: Server;
let repository: Repository;
beforeAll(async () => {
  server = await startServer();
  repository = new Repository(server, 'disconnect');
});
afterAll(() => server?.stop());

const waysToSend: Record<string, Record<string, string | number>> = {
  'with Content-Length': { 'content-length': SIZE },
  chunked: {},
  'with Content-Range': { 'content-length': SIZE, 'content-range': `0-${SIZE - 1}` },
  'chunked with Content-Range': { 'content-range': `0-${SIZE - 1}` },
};

const positions = [0, 700_001, PART + 1_000_001, 2 * PART + 3, SIZE - 1];

describe.each(Object.entries(waysToSend))('a client that sends %s', (_, headers) => {
  test.each(positions)(
    'and disconnects after %i bytes continues from what was kept',
    async (sent) => {
      const { bytes, digest } = makeBlob(freshBytes(SIZE));
      const location = await repository.begin();
      const patch = new Sending(server, 'PATCH', location, headers);
      await patch.write(bytes.subarray(0, sent));
      patch.destroy();

      const offset = await waitForOffset(location, Math.max(sent - inPipes, 0));
      expect(offset).toBeLessThanOrEqual(sent);
      const told = await sendRest(server, location, bytes, offset);
      expect(told).toEqual([...told].sort((a, b) => a - b));
      expect((await repository.finish(location, digest)).status).toBe(201);
      expect(await repository.readBlob(digest)).not.toBeNull();
    },
  );

  test('and hangs is replaced by its own second attempt', async () => {
    const { bytes, digest } = makeBlob(freshBytes(SIZE));
    const location = await repository.begin();
    const hanging = new Sending(server, 'PATCH', location, headers);
    await hanging.write(bytes.subarray(0, PART + 2_000_000));
    const offset = await waitForOffset(location, 0);
    await sendRest(server, location, bytes, offset);
    expect((await repository.finish(location, digest)).status).toBe(201);
    expect(await repository.readBlob(digest)).not.toBeNull();
    hanging.destroy();
  });
});

test('a client that disconnects in a PUT with the last bytes can send them again', async () => {
  const { bytes, digest } = makeBlob(freshBytes(SIZE));
  const location = await repository.begin();
  const first = PART + 17;
  await new Sending(server, 'PATCH', location).end(bytes.subarray(0, first));
  const put = new Sending(server, 'PUT', `${location}?digest=${digest}`, {
    'content-length': SIZE - first,
    'content-range': `${first}-${SIZE - 1}`,
  });
  await put.write(bytes.subarray(first, first + 2_000_000));
  put.destroy();
  const offset = await waitForOffset(location, first);
  expect(await repository.readBlob(digest)).toBeNull();
  await sendRest(server, location, bytes, offset);
  expect((await repository.finish(location, digest)).status).toBe(201);
  expect(await repository.readBlob(digest)).not.toBeNull();
});

test('a client that disconnects in a whole PUT leaves nothing, and can push again', async () => {
  const blob = makeBlob(freshBytes(SIZE));
  const location = await repository.begin();
  const path = `${location}?digest=${blob.digest}`;
  const put = new Sending(server, 'PUT', path, { 'content-length': SIZE });
  await put.write(blob.bytes.subarray(0, SIZE - 1));
  put.destroy();
  expect(await repository.readBlob(blob.digest)).toBeNull();
  await repository.pushBlob(blob);
  expect(await repository.readBlob(blob.digest)).not.toBeNull();
});

/** Waits until the offset is at least so many bytes; it must never decrease. */
async function waitForOffset(location: string, atLeast: number): Promise<number> {
  let seen = 0;
  await waitFor(`${atLeast} bytes are kept (last ${seen})`, async () => {
    const offset = (await readOffset(server, location)) ?? -1;
    expect(offset).toBeGreaterThanOrEqual(seen);
    seen = offset;
    return seen >= atLeast;
  });
  return seen;
}

import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Lease } from '../../src/http/memory-budget.ts';
import { PART_SIZE, partMemory } from '../../src/uploads/part-buffer.ts';
import {
  beginPush,
  digestOf,
  errorCode,
  freshBytes,
  type Push,
  pull,
  streamOf,
} from './support/client.ts';
import { stopClock } from './support/clock.ts';
import { expectLedgerAgrees } from './support/ledger.ts';

const ALL = partMemory.free;
const sizes = { 'three bytes': 3, 'below one part': 700_001, 'over one part': PART_SIZE + 700_001 };

afterEach(async () => {
  expect(partMemory.free, 'all memory is given back').toBe(ALL);
  await expectLedgerAgrees();
});

describe.each(Object.entries(sizes))('a body that stops after %s', (_, size) => {
  test('is durable after ten seconds, and holds no memory until it continues', async () => {
    const clock = stopClock();
    const bytes = freshBytes(size + 5);
    const { push, body, answer } = await beginBody(bytes.slice(0, size));
    await waitUntil(async () => {
      clock.advance(1_000);
      expect(await push.offset()).toBe(size);
    });
    expect(partMemory.free).toBe(ALL);
    body.enqueue(bytes.slice(size));
    body.close();
    expect((await answer).status).toBe(202);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    expect(digestOf((await pull(digestOf(bytes))) ?? new Uint8Array(0))).toBe(digestOf(bytes));
  });

  test('ends after a minute, and the upload continues where it was', async () => {
    const clock = stopClock();
    const bytes = freshBytes(size + 5);
    const { push, answer } = await beginBody(bytes.slice(0, size));
    let ended: Response | undefined;
    answer.then((response) => {
      ended = response;
    });
    await waitUntil(() => {
      clock.advance(10_000);
      expect(ended).toBeDefined();
    });
    expect([ended?.status, ended && (await errorCode(ended))]).toEqual([
      416,
      'BLOB_UPLOAD_INVALID',
    ]);
    expect(ended?.headers.get('range')).toBe(`0-${size - 1}`);
    expect((await push.patch(bytes.slice(size), size)).status).toBe(202);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
  });
});

test('a body that brings a byte now and then has no end', async () => {
  const clock = stopClock();
  const bytes = freshBytes(10);
  const { push, body, answer } = await beginBody(bytes.slice(0, 2));
  for (let sent = 2; sent < bytes.length; sent++) {
    await waitUntil(async () => {
      clock.advance(1_000);
      expect(await push.offset()).toBe(sent);
    });
    body.enqueue(bytes.slice(sent, sent + 1));
  }
  body.close();
  expect((await answer).status).toBe(202);
  expect((await push.put(digestOf(bytes))).status).toBe(201);
});

describe('while others have the memory', () => {
  /** Leaves some bytes of the budget, until the end of the test at most. */
  async function leave(bytes: number): Promise<Lease> {
    const lease = await partMemory.take(ALL - bytes);
    onTestFinished(() => lease.release());
    return lease;
  }

  test.each([64 * 1024, 1024 * 1024])(
    'uploads that share %i bytes of it finish, and do not wait for each other for ever',
    async (left) => {
      const others = await leave(left);
      const blobs = Array.from({ length: 12 }, () => freshBytes(left - 1));
      const pushes = blobs.map(async (bytes) => {
        const push = await beginPush();
        const { readable, writable } = new IdentityTransformStream();
        const answer = push.patch(readable);
        const writer = writable.getWriter();
        for (let at = 0; at < bytes.length; at += 9_001) {
          await writer.write(bytes.slice(at, at + 9_001));
        }
        await writer.close();
        expect((await answer).status).toBe(202);
        expect((await push.put(digestOf(bytes))).status).toBe(201);
      });
      await Promise.all(pushes);
      others.release();
      for (const bytes of blobs) {
        expect(digestOf((await pull(digestOf(bytes))) ?? new Uint8Array(0))).toBe(digestOf(bytes));
      }
    },
  );

  test('an upload reads nothing, and continues when there is some', async () => {
    const others = await leave(0);
    const bytes = freshBytes(PART_SIZE + 9);
    let taken = 0;
    const push = await beginPush();
    const answer = push.patch(
      new ReadableStream({
        type: 'bytes',
        pull(controller) {
          const next = bytes.slice(taken, taken + 65_536);
          taken += next.length;
          if (next.length > 0) return controller.enqueue(next);
          controller.close();
          controller.byobRequest?.respond(0);
        },
      }),
    );
    await waitUntil(() => expect(partMemory.isContended).toBe(true));
    const before = taken;
    expect(before).toBeLessThan(1024 * 1024);
    expect(await push.offset()).toBe(0);
    expect(taken).toBe(before);
    others.release();
    expect((await answer).status).toBe(202);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
  });

  test('a long upload gives others their turn', async () => {
    const others = await leave(0);
    const done: string[] = [];
    const send = async (name: string, parts: number, begun: () => void) => {
      const bytes = freshBytes(parts * PART_SIZE);
      const push = await beginPush();
      expect((await push.patch(streamOf(bytes, 65_521, begun))).status).toBe(202);
      done.push(name);
      expect((await push.put(digestOf(bytes))).status).toBe(201);
    };
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const uploads = [send('long', 8, first.resolve), send('short', 1, second.resolve)];
    await Promise.all([first.promise, second.promise]);
    partMemory.tryResize(others, ALL - PART_SIZE);
    await Promise.all(uploads);
    expect(done).toEqual(['short', 'long']);
    others.release();
  });

  test('an upload can be cancelled', async () => {
    const others = await leave(0);
    const { push, answer } = await beginBody(freshBytes(10));
    await waitUntil(() => expect(partMemory.isContended).toBe(true));
    expect((await push.cancel()).status).toBe(204);
    expect((await answer).status).toBe(416);
    expect(await push.offset()).toBeNull();
    others.release();
  });
});

interface OpenBody {
  readonly push: Push;
  readonly body: ReadableByteStreamController;
  /** Of the PATCH. */
  readonly answer: Promise<Response>;
}

/** A PATCH whose body has brought some bytes, and is still open. */
async function beginBody(bytes: Uint8Array<ArrayBuffer>): Promise<OpenBody> {
  const push = await beginPush();
  const begun = Promise.withResolvers<ReadableByteStreamController>();
  const stream = new ReadableStream({ type: 'bytes', start: begun.resolve });
  const answer = push.patch(stream);
  const body = await begun.promise;
  body.enqueue(bytes);
  return { push, body, answer };
}

function waitUntil(condition: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(condition, { timeout: 30_000 });
}

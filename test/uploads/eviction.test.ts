import { evictDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, test } from 'vitest';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import {
  beginPush,
  digestOf,
  errorCode,
  freshBytes,
  type Push,
  pull,
  streamOf,
} from './support/client.ts';
import { expectLedgerAgrees, keyOf } from './support/ledger.ts';

/** Where the first and the second PATCH end, in bytes. */
const splits: Record<string, [first: number, total: number]> = {
  'below one part': [700_001, 1_900_003],
  'just one part': [1_000_003, PART_SIZE],
  'just two parts': [PART_SIZE, 2 * PART_SIZE],
  'over several parts': [PART_SIZE + 2_000_003, 3 * PART_SIZE + 5],
};

afterEach(expectLedgerAgrees);

describe.each(Object.entries(splits))('an upload %s, its object evicted', (_, [first, total]) => {
  test('between two PATCHes, continues where it was', async () => {
    const bytes = freshBytes(total);
    const push = await beginPush();
    await send(push, bytes.slice(0, first));
    await evictDurableObject(push.stub);
    expect(await push.offset()).toBe(first);
    expect((await push.patch(bytes.slice(first), first)).status).toBe(202);
    expect(await push.offset()).toBe(total);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    expect(await pulledDigest(bytes)).toBe(digestOf(bytes));
  });

  test('after every PATCH, is still verified', async () => {
    const bytes = freshBytes(total);
    const push = await beginPush();
    for (const part of [bytes.slice(0, first), bytes.slice(first)]) {
      await send(push, part);
      await evictDurableObject(push.stub);
    }
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    expect(await pulledDigest(bytes)).toBe(digestOf(bytes));
  });

  test('before a PUT of a wrong digest, publishes nothing and still takes the right one', async () => {
    const bytes = freshBytes(total);
    const wrong = digestOf(freshBytes(32));
    const push = await beginPush();
    await send(push, bytes);
    for (const evict of [false, true, true]) {
      if (evict) await evictDurableObject(push.stub);
      const refused = await push.put(wrong);
      expect([refused.status, await errorCode(refused)]).toEqual([400, 'DIGEST_INVALID']);
      expect(await keyOf(wrong)).toBeUndefined();
      expect(await keyOf(digestOf(bytes))).toBeUndefined();
    }
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    expect(await pulledDigest(bytes)).toBe(digestOf(bytes));
  });

  test('after its end, is not begun anew', async () => {
    const bytes = freshBytes(total);
    const push = await beginPush();
    await send(push, bytes);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    await evictDurableObject(push.stub);
    expect(await push.offset()).toBeNull();
    expect((await push.patch(freshBytes(10))).status).toBe(404);
    expect((await push.put(digestOf(bytes))).status).toBe(404);
    expect((await push.cancel()).status).toBe(404);
  });
});

test('a running hash that has missed bytes is not trusted', async () => {
  const bytes = freshBytes(2 * PART_SIZE + 9);
  const push = await beginPush();
  await send(push, bytes.slice(0, PART_SIZE + 1));
  await evictDurableObject(push.stub);
  await send(push, bytes.slice(PART_SIZE + 1));
  const onlyTheRest = digestOf(bytes.subarray(PART_SIZE + 1));
  expect((await push.put(onlyTheRest)).status).toBe(400);
  expect((await push.put(digestOf(bytes))).status).toBe(201);
});

async function send(push: Push, bytes: Uint8Array): Promise<void> {
  expect((await push.patch(streamOf(bytes))).status).toBe(202);
}

async function pulledDigest(bytes: Uint8Array): Promise<string> {
  return digestOf((await pull(digestOf(bytes))) ?? new Uint8Array(0));
}

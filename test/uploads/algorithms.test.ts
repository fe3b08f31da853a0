import { evictDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, test } from 'vitest';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { beginPush, digestOf, errorCode, freshBytes, pull, streamOf } from './support/client.ts';
import { expectLedgerAgrees, keyOf } from './support/ledger.ts';

type Algorithm = 'sha256' | 'sha512';

/** The algorithm that the client announces, and the one of its digest. */
const cases: [announced: string, algorithm: Algorithm][] = [
  ['', 'sha512'],
  ['?digest-algorithm=sha512', 'sha512'],
  ['?digest-algorithm=sha512', 'sha256'],
  ['?digest-algorithm=sha256', 'sha256'],
];

const sizes = { empty: 0, 'below one part': 33_333, 'over one part': PART_SIZE + 77 };

afterEach(expectLedgerAgrees);

describe.each(cases)('an upload begun with "%s" and named by %s', (announced, algorithm) => {
  test.each(Object.entries(sizes))('(%s) is verified and can be pulled', async (_, size) => {
    const bytes = freshBytes(size);
    const digest = digestOf(bytes, algorithm);
    const push = await beginPush('library/uploads', announced);
    expect((await push.patch(streamOf(bytes))).status).toBe(202);
    const refused = await push.put(digestOf(freshBytes(5), algorithm));
    expect([refused.status, await errorCode(refused)]).toEqual([400, 'DIGEST_INVALID']);
    const done = await push.put(digest);
    expect([done.status, done.headers.get('docker-content-digest')]).toEqual([201, digest]);
    expect(digestOf((await pull(digest)) ?? new Uint8Array(1), algorithm)).toBe(digest);
  });

  test('keeps its algorithm after its object is evicted', async () => {
    const bytes = freshBytes(PART_SIZE + 100_001);
    const push = await beginPush('library/uploads', announced);
    for (const half of [bytes.slice(0, 100_001), bytes.slice(100_001)]) {
      expect((await push.patch(streamOf(half))).status).toBe(202);
      await evictDurableObject(push.stub);
    }
    expect((await push.put(digestOf(bytes, algorithm))).status).toBe(201);
    expect(await keyOf(digestOf(bytes, algorithm))).toBeDefined();
  });
});

test('the same bytes under both algorithms are two blobs', async () => {
  const bytes = freshBytes(4_321);
  for (const digest of [digestOf(bytes), digestOf(bytes, 'sha512')]) {
    const push = await beginPush();
    await push.patch(streamOf(bytes));
    expect((await push.put(digest)).status).toBe(201);
  }
  expect(await keyOf(digestOf(bytes))).not.toBe(await keyOf(digestOf(bytes, 'sha512')));
});

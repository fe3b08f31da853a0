import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, expect, test } from 'vitest';
import { MAX_UPLOAD_BYTES, PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { beginPush, digestOf, errorCode, freshBytes, streamOf } from './support/client.ts';
import { crashBackTo, openState, pushWithoutPut } from './support/crash.ts';
import { within } from './support/inside.ts';
import { expectLedgerAgrees } from './support/ledger.ts';

const MB = 1_000_000;
const chunk = { algorithm: 'sha256', start: null, length: null } as const;

afterEach(expectLedgerAgrees);

test('R2 accepts the parts, and 10,000 of them have more than 50 GB', () => {
  expect(PART_SIZE).toBeGreaterThanOrEqual(5 * 1024 ** 2);
  expect(MAX_UPLOAD_BYTES).toBeLessThanOrEqual(10_000 * PART_SIZE);
  expect(MAX_UPLOAD_BYTES).toBeGreaterThan(50_000 * MB);
});

test('an upload holds less than 20 MB in memory, even with a fast client', async () => {
  const total = 6 * PART_SIZE;
  const seen = { taken: 0, stored: 0, mostHeld: 0, mostAtOnce: 0 };
  const push = await beginPush();
  await within(push, async ({ send, replaceBucket }) => {
    replaceBucket(watchParts(seen));
    const answer = await send({ do: 'append', ...chunk }, watchReads(seen, total));
    expect(answer).toMatchObject({ ok: true, offset: total });
  });
  expect(seen).toMatchObject({ taken: total, stored: total, mostAtOnce: 2 });
  // Two parts being sent, the one that fills, and one read.
  expect(seen.mostHeld).toBeLessThan(20 * MB);
  expect((await push.cancel()).status).toBe(204);
});

test('an upload larger than R2 allows is refused, and keeps what it has', async () => {
  const push = await pushWithoutPut(freshBytes(10));
  const open = await openState(push);
  await crashBackTo(push, { ...open, parts: MAX_UPLOAD_BYTES / PART_SIZE - 1, multipartId: 'x' });
  const refused = await push.patch(streamOf(freshBytes(PART_SIZE - 9)));
  expect([refused.status, await errorCode(refused)]).toEqual([413, 'SIZE_INVALID']);
  expect(await push.offset()).toBe(MAX_UPLOAD_BYTES - PART_SIZE + 10);
  await crashBackTo(push, open);
  expect((await push.cancel()).status).toBe(204);
});

test('tiny chunks keep their order and are joined', async () => {
  const bytes = freshBytes(200);
  const push = await beginPush();
  for (let start = 0; start < bytes.length; start++) {
    expect((await push.patch(bytes.slice(start, start + 1), start)).status).toBe(202);
    const pieces = await push.inside(({ kv }) => [...kv.list({ prefix: 'tail:' })].length);
    expect(pieces).toBeLessThan(100);
  }
  await evictDurableObject(push.stub);
  expect((await push.put(digestOf(bytes))).status).toBe(201);
});

/** Bytes that were read from the client, and bytes that R2 has. */
interface Seen {
  taken: number;
  stored: number;
  mostHeld: number;
  mostAtOnce: number;
}

/** A body of zeros that fills every read at once. */
function watchReads(seen: Seen, total: number): ReadableStream {
  return new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: 65_536,
    pull(controller) {
      const request = controller.byobRequest;
      const length = Math.min(request?.view?.byteLength ?? 0, total - seen.taken);
      seen.taken += length;
      seen.mostHeld = Math.max(seen.mostHeld, seen.taken - seen.stored);
      if (length === 0) controller.close();
      request?.respond(length);
    },
  });
}

/** A bucket that counts the parts it gets. */
function watchParts(seen: Seen): Partial<R2Bucket> {
  let now = 0;
  const watch = (multipart: R2MultipartUpload): R2MultipartUpload => ({
    key: multipart.key,
    uploadId: multipart.uploadId,
    async uploadPart(number, bytes) {
      seen.mostAtOnce = Math.max(seen.mostAtOnce, ++now);
      const part = await multipart.uploadPart(number, bytes);
      now--;
      seen.stored += PART_SIZE;
      return part;
    },
    abort: () => multipart.abort(),
    complete: (parts) => multipart.complete(parts),
  });
  return {
    createMultipartUpload: async (key) => watch(await env.BUCKET.createMultipartUpload(key)),
    resumeMultipartUpload: (key, id) => watch(env.BUCKET.resumeMultipartUpload(key, id)),
  };
}

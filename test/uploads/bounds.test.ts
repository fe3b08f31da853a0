import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test } from 'vitest';
import { Ingest } from '../../src/uploads/ingest.ts';
import { MAX_UPLOAD_BYTES, PART_SIZE } from '../../src/uploads/part-buffer.ts';
import type { Upload } from '../../src/uploads/upload-state.ts';
import { beginPush, digestOf, errorCode, freshBytes, streamOf } from './support/client.ts';
import { crashBackTo, openState, pushWithoutPut } from './support/crash.ts';
import { within } from './support/inside.ts';
import { expectLedgerAgrees } from './support/ledger.ts';

const MB = 1_000_000;
const chunk = { algorithm: 'sha256', start: null, length: null } as const;

afterEach(expectLedgerAgrees);

test('R2 takes the parts, and 10,000 of them hold more than 50 GB', () => {
  expect(PART_SIZE).toBeGreaterThanOrEqual(5 * 1024 ** 2);
  expect(MAX_UPLOAD_BYTES).toBeLessThanOrEqual(10_000 * PART_SIZE);
  expect(MAX_UPLOAD_BYTES).toBeGreaterThan(50_000 * MB);
});

describe('what an upload holds in memory', () => {
  test('is below 20 MB: parts on their way, the one that fills, and one read', async () => {
    const reads: number[] = [];
    const parts = await countParts(async (inFlight) => {
      const push = await beginPush();
      await within(push, async ({ send, replaceBucket }) => {
        replaceBucket(inFlight);
        await send({ do: 'append', ...chunk }, largeReads(5 * PART_SIZE, reads));
      });
      expect((await push.cancel()).status).toBe(204);
    });
    expect(parts).toEqual({ sent: 5, atOnce: 2 });
    expect((parts.atOnce + 1) * PART_SIZE + Math.max(...reads)).toBeLessThan(20 * MB);
  });

  test('does not grow with a client that sends faster than R2 takes', async () => {
    const taken = { bytes: 0 };
    const blocked = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const push = await beginPush();
    await within(push, async ({ send, replaceBucket }) => {
      let parts = 0;
      replaceBucket(
        withParts(async (upload) => {
          if (++parts === 2) started.resolve();
          await blocked.promise;
          return upload();
        }),
      );
      const answer = send({ do: 'append', ...chunk }, endless(taken, 6 * PART_SIZE));
      await started.promise;
      await settled(() => taken.bytes);
      expect(taken.bytes).toBeLessThan(20 * MB);
      blocked.resolve();
      expect((await answer).offset).toBe(6 * PART_SIZE);
    });
    expect((await push.cancel()).status).toBe(204);
  });
});

test('an upload past what R2 can hold is refused, and keeps what it has', async () => {
  const push = await pushWithoutPut(freshBytes(10));
  const open = await openState(push);
  await crashBackTo(push, { ...open, parts: MAX_UPLOAD_BYTES / PART_SIZE - 1, multipartId: 'x' });
  const refused = await push.patch(streamOf(freshBytes(PART_SIZE - 9)));
  expect([refused.status, await errorCode(refused)]).toEqual([413, 'SIZE_INVALID']);
  expect(await push.offset()).toBe(MAX_UPLOAD_BYTES - PART_SIZE + 10);
  await crashBackTo(push, open);
  expect((await push.cancel()).status).toBe(204);
});

test('a tail in more than 100,000 pieces keeps its order', async () => {
  const bytes = freshBytes(30);
  const push = await pushWithoutPut(bytes.slice(0, 10));
  const open = await openState(push);
  await crashBackTo(push, { ...open, pieces: 99_999 });
  for (const start of [10, 20]) {
    expect((await push.patch(bytes.slice(start, start + 10), start)).status).toBe(202);
  }
  expect((await push.put(digestOf(bytes))).status).toBe(201);
});

/** Runs an upload and counts the parts it sends to R2, in all and at a time. */
async function countParts(run: (bucket: Partial<R2Bucket>) => Promise<void>) {
  let sent = 0;
  let now = 0;
  let atOnce = 0;
  await run(
    withParts(async (upload) => {
      sent++;
      atOnce = Math.max(atOnce, ++now);
      return upload().finally(() => now--);
    }),
  );
  return { sent, atOnce };
}

/** A bucket where every part of a multipart upload passes through `around`. */
function withParts(
  around: (upload: () => Promise<R2UploadedPart>) => Promise<R2UploadedPart>,
): Partial<R2Bucket> {
  const wrap = (multipart: R2MultipartUpload): R2MultipartUpload => ({
    key: multipart.key,
    uploadId: multipart.uploadId,
    uploadPart: (...part) => around(() => multipart.uploadPart(...part)),
    abort: () => multipart.abort(),
    complete: (parts) => multipart.complete(parts),
  });
  return {
    createMultipartUpload: async (key) => wrap(await env.BUCKET.createMultipartUpload(key)),
    resumeMultipartUpload: (key, id) => wrap(env.BUCKET.resumeMultipartUpload(key, id)),
  };
}

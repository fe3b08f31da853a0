import { env } from 'cloudflare:workers';
import { afterEach, expect, test } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { diskOf } from '../support/worker/disk.ts';
import { beginPush, digestOf, freshBytes, type Push, pull, streamOf } from './support/client.ts';
import { within } from './support/inside.ts';
import { expectLedgerAgrees } from './support/ledger.ts';

const bytes = freshBytes(3 * PART_SIZE + 50_001);
const chunk = { algorithm: 'sha256', start: null, length: null } as const;

afterEach(expectLedgerAgrees);

test.each([1, 3])(
  'part %i that R2 refuses once is sent again, and the client does not notice',
  async (part) => {
    const push = await beginPush();
    const answer = await sendAll(push, { part, times: 1 });
    expect(answer).toMatchObject({ ok: true, offset: bytes.length });
    await expectCompleted(push);
  },
);

test('if R2 keeps refusing a part, the parts before it are kept', async () => {
  const push = await beginPush();
  await expect(sendAll(push, { part: 2, times: 100 })).rejects.toThrow('R2 is away');
  expect(await push.offset()).toBe(PART_SIZE);
  expect((await push.patch(bytes.slice(PART_SIZE), PART_SIZE)).status).toBe(202);
  await expectCompleted(push);
});

test('bytes that R2 refused are not part of the digest', async () => {
  const push = await beginPush();
  await expect(sendAll(push, { part: 2, times: 100 })).rejects.toThrow('R2 is away');
  const kept = digestOf(bytes.subarray(0, PART_SIZE));
  expect((await push.put(digestOf(bytes))).status).toBe(400);
  expect((await push.put(kept)).status).toBe(201);
  expect(digestOf((await pull(kept)) ?? new Uint8Array(0))).toBe(kept);
});

test('a part for which the disk has no space ends the request, and the upload continues', async () => {
  const push = await beginPush();
  const disk = { free: 1e12, reserve: 0, failedAt: null as number | null };
  const stuck = (multipart: R2MultipartUpload): R2MultipartUpload => ({
    ...uploadOf(multipart),
    async uploadPart(number, body) {
      if (number === 1) return multipart.uploadPart(number, body);
      disk.failedAt = Date.now() + 60_000;
      return await new Promise<never>(() => {});
    },
  });
  await within(push, async ({ send, replaceBucket, restoreBucket }) => {
    replaceBucket(wrapUploads(stuck), diskOf(disk));
    const outcome = await send({ do: 'append', ...chunk }, streamOf(bytes));
    restoreBucket();
    expect(outcome).toMatchObject({ ok: false, code: 'STORAGE_FULL', offset: PART_SIZE });
  });
  expect((await push.patch(bytes.slice(PART_SIZE), PART_SIZE)).status).toBe(202);
  await expectCompleted(push);
});

test('R2 that loses the answers of the beginning and the end of a multipart upload is asked again', async () => {
  const push = await beginPush();
  const lost = new Error('completeMultipartUpload: Service Unavailable (10043)');
  let begun = 0;
  let completed = 0;
  const forgetful = (multipart: R2MultipartUpload): R2MultipartUpload => ({
    ...uploadOf(multipart),
    async complete(parts) {
      const object = await multipart.complete(parts);
      if (++completed <= 1) throw lost;
      return object;
    },
  });
  await within(push, async ({ send, replaceBucket, restoreBucket }) => {
    replaceBucket({
      ...wrapUploads(forgetful),
      async createMultipartUpload(key: string) {
        if (++begun <= 2) throw lost;
        return forgetful(await env.BUCKET.createMultipartUpload(key));
      },
    });
    const digest = digestOf(bytes) as Digest;
    const target = { workspaceId: 1, imageId: null, image: push.repository.slice(8) };
    await send({ do: 'append', ...chunk }, streamOf(bytes));
    const outcome = await send({ do: 'complete', digest, target, ...chunk });
    restoreBucket();
    expect(outcome).toMatchObject({ ok: true, offset: bytes.length });
  });
  expect([begun, completed]).toEqual([3, 1]);
  expect(digestOf((await pull(digestOf(bytes))) ?? new Uint8Array(0))).toBe(digestOf(bytes));
});

/** Sends everything in one chunk to a bucket that refuses one part `times` times. */
function sendAll(push: Push, { part, times }: { part: number; times: number }) {
  let left = times;
  const failing = (multipart: R2MultipartUpload): R2MultipartUpload => ({
    ...uploadOf(multipart),
    async uploadPart(number, body) {
      if (number === part && left-- > 0) throw new Error('R2 is away for a moment (10001)');
      return multipart.uploadPart(number, body);
    },
  });
  return within(push, async ({ send, replaceBucket, restoreBucket }) => {
    replaceBucket(wrapUploads(failing));
    return send({ do: 'append', ...chunk }, streamOf(bytes)).finally(restoreBucket);
  });
}

function uploadOf(multipart: R2MultipartUpload): R2MultipartUpload {
  return {
    key: multipart.key,
    uploadId: multipart.uploadId,
    uploadPart: (number, body) => multipart.uploadPart(number, body),
    abort: () => multipart.abort(),
    complete: (parts) => multipart.complete(parts),
  };
}

function wrapUploads(wrap: (multipart: R2MultipartUpload) => R2MultipartUpload) {
  return {
    createMultipartUpload: async (key: string) => wrap(await env.BUCKET.createMultipartUpload(key)),
    resumeMultipartUpload: (key: string, id: string) =>
      wrap(env.BUCKET.resumeMultipartUpload(key, id)),
  };
}

async function expectCompleted(push: Push): Promise<void> {
  expect((await push.put(digestOf(bytes))).status).toBe(201);
}

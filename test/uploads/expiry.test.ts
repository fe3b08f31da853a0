import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test } from 'vitest';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { UPLOAD_LIFETIME, type UploadState } from '../../src/uploads/upload-state.ts';
import { beginPush, digestOf, freshBytes, type Push, pull } from './support/client.ts';
import { crashBeforeClose, crashBeforeRow, openState, pushWithoutPut } from './support/crash.ts';
import { expectLedgerAgrees, keyOf, listObjects } from './support/ledger.ts';

const sizes = { 'one byte': 1, 'below one part': 90_001, 'over two parts': 2 * PART_SIZE + 5 };

afterEach(expectLedgerAgrees);

test('an upload without a PATCH stores nothing and needs no cleaning up', async () => {
  const push = await beginPush();
  expect(await push.offset()).toBe(0);
  expect(await isEmpty(push)).toBe(true);
  expect(await runDurableObjectAlarm(push.stub)).toBe(false);
});

describe.each(Object.entries(sizes))('an upload of %s that is not completed', (_, size) => {
  test('expires a day after its last request, from the first PATCH on', async () => {
    const before = Date.now();
    const push = await pushWithoutPut(freshBytes(size));
    const alarm = await push.inside((storage) => storage.getAlarm());
    expect(alarm).toBeGreaterThanOrEqual(before + UPLOAD_LIFETIME);
    expect(alarm).toBeLessThanOrEqual(Date.now() + UPLOAD_LIFETIME);
  });

  test('leaves nothing in R2 and nothing in its object', async () => {
    const objects = await listObjects();
    const push = await pushWithoutPut(freshBytes(size));
    const upload = await openState(push);
    expect(await runDurableObjectAlarm(push.stub)).toBe(true);
    expect(await listObjects()).toEqual(objects);
    expect(await isEmpty(push)).toBe(true);
    if (upload.multipartId !== null) await expectAborted(upload);
  });

  test('leaves nothing either if it was sealed and a crash came before its row', async () => {
    const objects = await listObjects();
    const bytes = freshBytes(size);
    const push = await crashBeforeRow(bytes);
    expect((await listObjects()).size).toBe(objects.size + 1);
    expect(await runDurableObjectAlarm(push.stub)).toBe(true);
    expect(await listObjects()).toEqual(objects);
    expect(await isEmpty(push)).toBe(true);
    expect(await keyOf(digestOf(bytes))).toBeUndefined();
  });

  test('is cancelled by DELETE, open or sealed, and leaves nothing', async () => {
    const objects = await listObjects();
    const open = await pushWithoutPut(freshBytes(size));
    const upload = await openState(open);
    const sealed = await crashBeforeRow(freshBytes(size));
    for (const push of [open, sealed]) {
      expect((await push.cancel()).status).toBe(204);
      expect(await push.offset()).toBeNull();
    }
    expect(await listObjects()).toEqual(objects);
    if (upload.multipartId !== null) await expectAborted(upload);
  });
});

test.each([10, PART_SIZE + 1])(
  'the alarm deletes nothing of a published blob (%i bytes) whose upload a crash kept open',
  async (size) => {
    const bytes = freshBytes(size);
    const push = await crashBeforeClose(bytes);
    expect(await runDurableObjectAlarm(push.stub)).toBe(true);
    expect(await isEmpty(push)).toBe(true);
    expect(digestOf((await pull(digestOf(bytes))) ?? new Uint8Array(0))).toBe(digestOf(bytes));
  },
);

test('a day after its end an upload is forgotten, and the blob is still there', async () => {
  const bytes = freshBytes(PART_SIZE + 1);
  const push = await pushWithoutPut(bytes);
  expect((await push.put(digestOf(bytes))).status).toBe(201);
  expect(await runDurableObjectAlarm(push.stub)).toBe(true);
  expect(await isEmpty(push)).toBe(true);
  expect(digestOf((await pull(digestOf(bytes))) ?? new Uint8Array(0))).toBe(digestOf(bytes));
});

function isEmpty(push: Push): Promise<boolean> {
  return push.inside(({ kv }) => [...kv.list()].length === 0);
}

/** An aborted multipart upload takes no more parts. */
async function expectAborted({ key, multipartId }: UploadState): Promise<void> {
  const multipart = env.BUCKET.resumeMultipartUpload(key, multipartId ?? '');
  await expect(multipart.uploadPart(1, new Uint8Array(1))).rejects.toThrow('10024');
}

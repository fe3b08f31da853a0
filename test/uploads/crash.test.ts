import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test } from 'vitest';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { beginPush, digestOf, freshBytes, type Push, pull, streamOf } from './support/client.ts';
import { crashBeforeClose, crashBeforeRow, crashBeforeSealed, openState } from './support/crash.ts';
import { expectLedgerAgrees, isQueued, keyOf } from './support/ledger.ts';

const sizes = { 'below one part': 70_001, 'over one part': PART_SIZE + 5 };

afterEach(expectLedgerAgrees);

describe.each(Object.entries(sizes))('a blob %s, after a crash in its PUT', (_, size) => {
  const crashes = { crashBeforeSealed, crashBeforeRow, crashBeforeClose };

  test.each(Object.entries(crashes))('(%s) is published by repeating the PUT', async (_, crash) => {
    const bytes = freshBytes(size);
    const push = await crash(bytes);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    await expectPulled(bytes);
    expect(await push.offset()).toBeNull();
  });

  test.each(Object.entries(crashes))(
    '(%s) is never published under another digest',
    async (_, crash) => {
      const bytes = freshBytes(size);
      const push = await crash(bytes);
      const wrong = digestOf(freshBytes(8));
      expect((await push.put(wrong)).status).toBe(400);
      expect(await keyOf(wrong)).toBeUndefined();
      expect((await push.put(digestOf(bytes))).status).toBe(201);
      await expectPulled(bytes);
    },
  );

  test('stays if the upload is cancelled after its row was written', async () => {
    const bytes = freshBytes(size);
    const push = await crashBeforeClose(bytes);
    expect((await push.cancel()).status).toBe(204);
    await expectPulled(bytes);
  });

  test('can be pushed again from the start', async () => {
    const bytes = freshBytes(size);
    const interrupted = await crashBeforeSealed(bytes);
    expect((await (await send(bytes)).put(digestOf(bytes))).status).toBe(201);
    expect((await interrupted.put(digestOf(bytes))).status).toBe(201);
    await expectPulled(bytes);
  });
});

describe('a PUT repeated after its object was queued for deletion', () => {
  /** The second of two uploads of one digest; its object is queued, and a crash keeps it open. */
  async function duplicatePush(
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ push: Push; key: string }> {
    expect((await (await send(bytes)).put(digestOf(bytes))).status).toBe(201);
    const push = await crashBeforeClose(bytes);
    const { key } = await openState(push);
    expect(await isQueued(key)).toBe(true);
    return { push, key };
  }

  async function collect(key: string): Promise<void> {
    await env.BUCKET.delete(key);
    await env.DB.prepare('DELETE FROM doomed_objects WHERE key = ?').bind(key).run();
  }

  /** Deletes the rows of a blob, as a collection does. */
  async function dropBlob(digest: string): Promise<void> {
    const key = await keyOf(digest);
    await env.DB.batch([
      env.DB.prepare(
        'DELETE FROM image_blobs WHERE blob_id = (SELECT id FROM blobs WHERE digest = ?)',
      ).bind(digest),
      env.DB.prepare('DELETE FROM blobs WHERE digest = ?').bind(digest),
      env.DB.prepare('INSERT INTO doomed_objects VALUES (?, 0)').bind(key),
    ]);
  }

  test('answers 201 if the blob exists under its other key', async () => {
    const bytes = freshBytes(1000);
    const { push, key } = await duplicatePush(bytes);
    expect((await push.put(digestOf(bytes))).status).toBe(201);
    expect(await keyOf(digestOf(bytes))).not.toBe(key);
    await expectPulled(bytes);
  });

  test.each([1000, PART_SIZE + 1])(
    'writes no row (%i bytes) if the object was deleted',
    async (size) => {
      const bytes = freshBytes(size);
      const { push, key } = await duplicatePush(bytes);
      await collect(key);
      await dropBlob(digestOf(bytes));
      expect((await push.put(digestOf(bytes))).status).toBe(404);
      expect(await keyOf(digestOf(bytes))).toBeUndefined();
    },
  );

  test('writes no row and answers 404 if the object is still in the queue', async () => {
    const bytes = freshBytes(1000);
    const { push } = await duplicatePush(bytes);
    await dropBlob(digestOf(bytes));
    expect((await push.put(digestOf(bytes))).status).toBe(404);
    expect(await keyOf(digestOf(bytes))).toBeUndefined();
    expect((await (await send(bytes)).put(digestOf(bytes))).status).toBe(201);
    await expectPulled(bytes);
  });
});

async function send(bytes: Uint8Array): Promise<Push> {
  const push = await beginPush();
  expect((await push.patch(streamOf(bytes))).status).toBe(202);
  return push;
}

async function expectPulled(bytes: Uint8Array): Promise<void> {
  const pulled = await pull(digestOf(bytes));
  expect(pulled && digestOf(pulled)).toBe(digestOf(bytes));
}

import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { bucketFailing, READ_FAULTS, type ReadFault } from '../support/worker/faulty-bucket.ts';
import { digestOf, freshBytes, type Push, pull } from './support/client.ts';
import { crashBeforeSealed, openState, pushWithoutPut } from './support/crash.ts';
import { within } from './support/inside.ts';
import { expectLedgerAgrees } from './support/ledger.ts';

const bytes = freshBytes(PART_SIZE + 5);
const digest = digestOf(bytes);

afterEach(expectLedgerAgrees);

/** An upload whose running hash is lost, so that its object is read back. */
async function pushToReadBack(): Promise<Push> {
  const push = await pushWithoutPut(bytes);
  await evictDurableObject(push.stub);
  return push;
}

async function expectEnded(push: Push, key: string): Promise<void> {
  const refused = await push.put(digest);
  expect(refused.status).toBe(404);
  expect(await refused.text()).toContain('start a new one');
  expect(await push.offset()).toBeNull();
  expect(await env.BUCKET.head(key)).toBeNull();
}

describe('an upload whose object is read back', () => {
  test.each(Object.entries<ReadFault>(READ_FAULTS))(
    '(%s) ends, and can be pushed again',
    async (_, fault) => {
      vi.spyOn(console, 'error').mockImplementation(() => {});
      const push = await pushToReadBack();
      const { key } = await openState(push);
      const { get } = bucketFailing(key, fault);
      await within(push, async ({ replaceBucket }) => replaceBucket({ get }));
      await expectEnded(push, key);
      expect((await (await pushWithoutPut(bytes)).put(digest)).status).toBe(201);
      expect(digestOf((await pull(digest)) ?? new Uint8Array(0))).toBe(digest);
    },
  );

  test('while the storage is away is refused for the moment, and completed later', async () => {
    const push = await pushToReadBack();
    const away = async () => {
      throw new Error('We encountered an internal error. Please try again. (10001)');
    };
    await within(push, async ({ replaceBucket }) => replaceBucket({ get: away, put: away }));
    expect((await push.put(digest)).status).toBe(503);
    await within(push, async ({ restoreBucket }) => restoreBucket());
    expect((await push.put(digest)).status).toBe(201);
    expect(digestOf((await pull(digest)) ?? new Uint8Array(0))).toBe(digest);
  });

  test('of which R2 has less than the upload recorded ends', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const push = await crashBeforeSealed(bytes);
    const { key } = await openState(push);
    await env.BUCKET.put(key, bytes.slice(0, 100));
    await expectEnded(push, key);
  });
});

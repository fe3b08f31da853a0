import { describe, expect, test } from 'vitest';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { beginPush, digestOf, freshBytes, type Push, pull, streamOf } from './support/client.ts';
import { expectLedgerAgrees, listObjects } from './support/ledger.ts';

const sizes = [0, 1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1, 3 * PART_SIZE + 5];

type Bytes = Uint8Array<ArrayBuffer>;

/** How clients send bytes; each returns what is left for the PUT. */
const ways: Record<string, (push: Push, bytes: Bytes) => Promise<Bytes | null>> = {
  'one streamed PATCH': async (push, bytes) => {
    await accepted(push.patch(streamOf(bytes)));
    return null;
  },
  'many chunks of odd sizes': async (push, bytes) => {
    if (bytes.length === 0) await accepted(push.patch(bytes));
    for (const { start, chunk } of chunksOf(bytes)) await accepted(push.patch(chunk, start));
    return null;
  },
  'a PATCH and the last chunk in the PUT': async (push, bytes) => {
    const middle = Math.floor(bytes.length * 0.6);
    await accepted(push.patch(streamOf(bytes.subarray(0, middle))));
    return bytes.slice(middle);
  },
};

describe.each(Object.entries(ways))('a blob pushed by %s', (_, send) => {
  test.each(sizes)('of %i bytes can be pulled unchanged', async (size) => {
    const bytes = freshBytes(size);
    const digest = digestOf(bytes);
    const before = new Set((await listObjects()).keys());
    const push = await beginPush();

    const rest = await send(push, bytes);
    const state = await push.state();
    const sent = size - (rest?.length ?? 0);
    expect(state).toMatchObject({ parts: Math.floor(sent / PART_SIZE), sealed: false });
    if (sent < PART_SIZE) expect(state).toMatchObject({ multipartId: null });
    expect((await push.put(digest, rest)).status).toBe(201);

    expect(await push.inside(({ kv }) => [...kv.list()])).toEqual([['state', digest]]);
    const added = [...(await listObjects())].filter(([key]) => !before.has(key));
    expect(added.map(([, length]) => length)).toEqual([size]);
    expect(digestOf((await pull(digest)) ?? new Uint8Array(1))).toBe(digest);
    await expectLedgerAgrees();
  });
});

async function accepted(request: Promise<Response>): Promise<void> {
  expect((await request).status).toBe(202);
}

/** The bytes in chunks of different odd sizes. */
function chunksOf(bytes: Bytes): { start: number; chunk: Bytes }[] {
  const chunks = [];
  for (let start = 0, size = 1; start < bytes.length; size = size * 3 + 2) {
    const chunk = bytes.slice(start, start + Math.min(size, 1_234_567));
    chunks.push({ start, chunk });
    start += chunk.length;
  }
  return chunks;
}

import { env } from 'cloudflare:workers';
import { afterEach, describe, expect, test } from 'vitest';
import type { Digest } from '../../src/domain/digest.ts';
import { PART_SIZE } from '../../src/uploads/part-buffer.ts';
import { beginPush, digestOf, freshBytes, type Push, pull, streamOf } from './support/client.ts';
import { pushWithoutPut } from './support/crash.ts';
import { within } from './support/inside.ts';
import { expectLedgerAgrees, isQueued, keyOf, listObjects } from './support/ledger.ts';

/** Bytes, and how many times each race is run. */
const sizes: Record<string, [size: number, rounds: number]> = {
  'below one part': [120_001, 6],
  'over one part': [PART_SIZE + 5, 2],
};

afterEach(expectLedgerAgrees);

describe.each(Object.entries(sizes))('on one upload %s, at once', (_, [size, rounds]) => {
  const each = () => Array.from({ length: rounds }, (_, round) => round);

  test.each(each())('two PUTs of the digest: one publishes the blob (%i)', async () => {
    const bytes = freshBytes(size);
    const push = await pushWithoutPut(bytes);
    const answers = await Promise.all([push.put(digestOf(bytes)), push.put(digestOf(bytes))]);
    expect(statuses(answers)).toEqual([201, 404]);
    expect(await pulledDigest(bytes)).toBe(digestOf(bytes));
  });

  test.each(each())(
    'PUTs of a right and a wrong digest: the right one succeeds (%i)',
    async (round) => {
      const bytes = freshBytes(size);
      const wrong = digestOf(freshBytes(9));
      const push = await pushWithoutPut(bytes);
      const digests = round % 2 ? [wrong, digestOf(bytes)] : [digestOf(bytes), wrong];
      const answers = await Promise.all(digests.map((digest) => push.put(digest)));
      expect(statuses(answers)).toEqual([201, round % 2 ? 400 : 404]);
      expect(await keyOf(wrong)).toBeUndefined();
      expect(await pulledDigest(bytes)).toBe(digestOf(bytes));
    },
  );

  test.each(each())(
    'PATCH and PUT: the blob has the digest of the PUT, or there is none (%i)',
    async (round) => {
      const whole = freshBytes(size + 50_001);
      const bytes = whole.slice(0, size);
      const more = whole.slice(size);
      const push = await pushWithoutPut(bytes);
      const digest = digestOf(round % 4 < 2 ? bytes : whole);
      const patch = () => push.patch(more, bytes.length);
      const [first, second] = round % 2 ? [push.put(digest), patch()] : [patch(), push.put(digest)];
      const answers = await Promise.all([first, second]);
      const done = answers.some(({ status }) => status === 201);
      expect((await pull(digest)) !== null).toBe(done);
      if (done) expect(await push.offset()).toBeNull();
      else expect((await putRest(push, whole)).status).toBe(201);
    },
  );

  test.each(each())('PATCH and DELETE: nothing is left (%i)', async (round) => {
    const objects = await listObjects();
    const push = await pushWithoutPut(freshBytes(size));
    const patch = () => push.patch(streamOf(freshBytes(PART_SIZE)));
    const cancel = () => push.cancel();
    const calls = round % 2 ? [cancel, patch] : [patch, cancel];
    const answers = await Promise.all(calls.map((call) => call()));
    expect(answers[round % 2 ? 0 : 1]?.status).toBe(204);
    expect(await push.offset()).toBeNull();
    expect(await listObjects()).toEqual(objects);
  });

  test.each(each())('PUT and DELETE: the whole blob or nothing is there (%i)', async (round) => {
    const bytes = freshBytes(size);
    const push = await pushWithoutPut(bytes);
    const put = () => push.put(digestOf(bytes));
    const cancel = () => push.cancel();
    const answers = await Promise.all((round % 2 ? [cancel, put] : [put, cancel]).map((f) => f()));
    const done = answers.some(({ status }) => status === 201);
    expect(statuses(answers)).toEqual(done ? [201, 404] : [204, 404]);
    expect((await pull(digestOf(bytes))) !== null).toBe(done);
  });
});

describe.each(Object.entries(sizes))('several uploads of the same bytes, %s', (_, [size]) => {
  test('keep one object and queue the others for deletion', async () => {
    const bytes = freshBytes(size);
    const objects = await listObjects();
    const repositories = ['library/one', 'library/two', 'library/two'];
    const pushes = await Promise.all(repositories.map((name) => beginPush(name)));
    await Promise.all(pushes.map((push) => push.patch(streamOf(bytes))));
    const answers = await Promise.all(pushes.map((push) => push.put(digestOf(bytes))));
    expect(statuses(answers)).toEqual([201, 201, 201]);
    const kept = await keyOf(digestOf(bytes));
    const added = [...(await listObjects()).keys()].filter((key) => !objects.has(key));
    expect(added).toHaveLength(3);
    expect(added).toContain(kept);
    for (const key of added) expect(await isQueued(key)).toBe(key !== kept);
    for (const name of new Set(repositories)) {
      expect(await pulledDigest(bytes, name)).toBe(digestOf(bytes));
    }
  });
});

test('an alarm during the PUT deletes nothing of the blob', async () => {
  const bytes = freshBytes(1000);
  const digest = digestOf(bytes) as Digest;
  const push = await pushWithoutPut(bytes);
  const answer = await within(push, async ({ send, alarm, replaceBucket }) => {
    const target = { workspaceId: 1, imageId: null, image: 'uploads' };
    const chunk = { algorithm: 'sha256', start: null, length: null } as const;
    const over = Promise.withResolvers<void>();
    // R2 is slow to delete.
    replaceBucket({ delete: (keys) => over.promise.then(() => env.BUCKET.delete(keys)) });
    const put = send({ do: 'complete', digest, target, ...chunk }).finally(over.resolve);
    await Promise.all([put, alarm()]);
    return put;
  });
  expect((await pull(digest)) !== null).toBe(answer.ok);
});

/** Continues where the registry says, as a client does whose request was stopped by another. */
async function putRest(push: Push, whole: Uint8Array<ArrayBuffer>): Promise<Response> {
  const offset = (await push.offset()) ?? 0;
  if (offset < whole.length) {
    expect((await push.patch(whole.slice(offset), offset)).status).toBe(202);
  }
  return await push.put(digestOf(whole));
}

function statuses(answers: Response[]): number[] {
  return answers.map(({ status }) => status).sort();
}

async function pulledDigest(bytes: Uint8Array, repository?: string): Promise<string> {
  return digestOf((await pull(digestOf(bytes), repository)) ?? new Uint8Array(0));
}

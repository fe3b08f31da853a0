/** What the storage reads for several ranges of a blob. */
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { freshBytes } from '../support/worker/content.ts';
import { bindings, blobKey } from '../support/worker/database.ts';
import { bucketWith, sendThrough } from '../support/worker/faulty-bucket.ts';
import { pushBlob } from '../support/worker/push.ts';
import { expectParts, type Range, rangeHeader } from '../support/worker/ranges.ts';

const REPOSITORY = 'library/range-reads';
const SIZE = 3_000_000;
const bytes = freshBytes(SIZE);
let digest = '';
const path = () => `/v2/${REPOSITORY}/blobs/${digest}`;

beforeAll(async () => {
  digest = await pushBlob(REPOSITORY, bytes);
});
afterEach(() => void vi.restoreAllMocks());

/** The bucket, with what is read of it at a time. */
function watched() {
  const asked: R2Range[] = [];
  let open = 0;
  let most = 0;
  const get = async (key: string, options: R2GetOptions) => {
    asked.push(options.range as R2Range);
    most = Math.max(most, ++open);
    const object = (await bindings.BUCKET.get(key, options)) as R2ObjectBody;
    const { length } = options.range as { length: number };
    const body = ended(object.body, length, () => open--);
    return new Proxy(object, {
      get: (target, name) => (name === 'body' ? body : Reflect.get(target, name)),
    });
  };
  const bucket = bucketWith({ get: get as R2Bucket['get'] });
  return { bucket, asked, most: () => most, open: () => open };
}

test('near ranges share one, far ones do not; at most six are open', async () => {
  const ranges = Array.from({ length: 20 }, (_, n) => [n * 150_000, n * 150_000 + 99] as const);
  const pairs = ranges.flatMap(
    ([start, end]) =>
      [
        [start, end],
        [end + 50, end + 99],
      ] as Range[],
  );
  const { bucket, asked, most, open } = watched();
  const answer = await sendThrough(bucket, 'GET', path(), { range: rangeHeader(pairs) });
  await expectParts(answer, { digest, bytes }, pairs);
  expect(asked).toEqual(ranges.map(([start]) => ({ offset: start, length: 199 })));
  expect(most()).toBeLessThanOrEqual(6);
  await vi.waitFor(() => expect(open()).toBe(0));
});

test('a client that leaves ends those that were opened ahead', async () => {
  const ranges = Array.from({ length: 9 }, (_, n) => [n * 300_000, n * 300_000 + 200_000] as const);
  const { bucket, asked, open } = watched();
  const answer = await sendThrough(bucket, 'GET', path(), { range: rangeHeader(ranges) });
  const reader = (answer.body as ReadableStream).getReader();
  await reader.read();
  await reader.cancel();
  // Of the one that is being sent, a wrapped body hears nothing.
  await vi.waitFor(() => expect(open()).toBeLessThanOrEqual(1));
  expect(asked.length).toBeLessThan(9);
});

test.each([0, 3])('that fail in part %i: an error, or a body cut short', async (failing) => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const ranges = Array.from({ length: 5 }, (_, n) => [n * 300_000, n * 300_000 + 9] as const);
  const get = async (key: string, options: R2GetOptions) => {
    const { offset } = (options?.range ?? {}) as { offset?: number };
    if (offset === failing * 300_000) throw new Error('get: Internal Error (10001)');
    return await bindings.BUCKET.get(key, options);
  };
  const bucket = bucketWith({ get: get as R2Bucket['get'] });
  const answer = await sendThrough(bucket, 'GET', path(), { range: rangeHeader(ranges) });
  expect(answer.status).toBe(failing === 0 ? 503 : 206);
  if (failing > 0) await expect(answer.arrayBuffer()).rejects.toThrow();
  expect(await blobKey(digest)).toBeTruthy();
});

/** A stream that says when all its bytes were read, or it was cancelled. */
function ended(stream: ReadableStream, length: number, onEnd: () => void): ReadableStream {
  const reader = stream.getReader({ mode: 'byob' });
  let left = length;
  let isOver = false;
  const over = () => {
    if (!isOver) onEnd();
    isOver = true;
  };
  return new ReadableStream({
    type: 'bytes',
    async pull(controller) {
      const { value, done } = await reader.read(new Uint8Array(65_536));
      left -= value?.length ?? 0;
      if (left === 0) over();
      if (!done && value) return controller.enqueue(value);
      controller.close();
      controller.byobRequest?.respond(0);
    },
    async cancel() {
      over();
      await reader.cancel();
    },
  });
}

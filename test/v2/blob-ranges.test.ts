/** Several ranges of a blob in one request, as clients pull zstd:chunked and eStargz layers. */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseMultipart } from '../support/multipart.ts';
import { freshBytes } from '../support/worker/content.ts';
import { bindings, blobKey } from '../support/worker/database.ts';
import { bucketWith, sendThrough } from '../support/worker/faulty-bucket.ts';
import { pushBlob } from '../support/worker/push.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const REPOSITORY = 'library/ranges';
const SIZE = 3_000_000;
const bytes = freshBytes(SIZE);
let digest = '';
const path = () => `/v2/${REPOSITORY}/blobs/${digest}`;

beforeAll(async () => {
  digest = await pushBlob(REPOSITORY, bytes);
});
afterEach(() => void vi.restoreAllMocks());

type Range = readonly [start: number, end: number];
const headerOf = (ranges: readonly Range[]) =>
  `bytes=${ranges.map(([start, end]) => `${start}-${end}`).join(',')}`;

async function expectParts(response: Response, ranges: readonly Range[]): Promise<void> {
  await expectStatus(response, 206);
  const body = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(String(body.length));
  expect(response.headers.has('content-range')).toBe(false);
  expect(response.headers.get('etag')).toBe(`"${digest}"`);
  const parts = parseMultipart(response.headers.get('content-type'), body);
  expect(parts.map(({ headers }) => headers)).toEqual(
    ranges.map(([start, end]) => ({
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${start}-${end}/${SIZE}`,
    })),
  );
  for (const [n, [start, end]] of ranges.entries()) {
    expect(Buffer.compare(parts[n]?.bytes ?? EMPTY, bytes.subarray(start, end + 1))).toBe(0);
  }
}

const EMPTY = new Uint8Array(0);

describe('several ranges: each is one part, in the order of the request', () => {
  const far = 1_000_000;
  test.each<[string, Range[]]>([
    [
      'two of one byte',
      [
        [0, 0],
        [5, 5],
      ],
    ],
    [
      'near and next to each other',
      [
        [10, 19],
        [20, 29],
        [40, 70_000],
        [70_001, 90_000],
      ],
    ],
    [
      'with gaps at the edge of a shared read',
      [
        [0, 0],
        [65_537, 65_537],
        [131_075, 131_080],
      ],
    ],
    [
      'far apart',
      [
        [0, 99],
        [far, far + 500_000],
        [2 * far, 2 * far + 99],
      ],
    ],
    [
      'backwards',
      [
        [2 * far, 2 * far + 9],
        [far, far + 9],
        [0, 9],
      ],
    ],
    [
      'overlapping',
      [
        [0, 200_000],
        [100_000, 300_000],
      ],
    ],
    [
      'the same twice',
      [
        [7, 1000],
        [7, 1000],
      ],
    ],
    [
      'all, then a byte',
      [
        [0, SIZE - 1],
        [0, 0],
      ],
    ],
    [
      'large ones next to each other',
      [
        [0, 1_400_000],
        [1_400_001, SIZE - 1],
      ],
    ],
    [
      'as many as a request takes',
      Array.from({ length: 256 }, (_, n) => [n * 11_000, n * 11_000 + n * 40] as const),
    ],
  ])('%s', async (_, ranges) => {
    const headers = { range: headerOf(ranges) };
    await expectParts(await send(ADMIN, 'GET', path(), { headers }), ranges);
  });

  test.each([
    [
      'bytes=0-9 ,\t20-29, ,40-49',
      [
        [0, 9],
        [20, 29],
        [40, 49],
      ],
    ],
    [
      'Bytes = 0-9,-10',
      [
        [0, 9],
        [SIZE - 10, SIZE - 1],
      ],
    ],
    [
      'bytes=0-9,2999990-,9000000-9000001',
      [
        [0, 9],
        [SIZE - 10, SIZE - 1],
      ],
    ],
  ] as [string, Range[]][])('%s', async (range, ranges) => {
    await expectParts(await send(ADMIN, 'GET', path(), { headers: { range } }), ranges);
  });
});

test.each(['bytes= 0-9', 'Bytes=0-9', ' bytes=0-9 ', 'bytes=,0-9,', 'bytes=0-9,9000000-'])(
  '“%s” is one range: no multipart',
  async (range) => {
    const response = await send(ADMIN, 'GET', path(), { headers: { range } });
    await expectStatus(response, 206);
    expect(response.headers.get('content-range')).toBe(`bytes 0-9/${SIZE}`);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(0, 10));
  },
);

test('more than 256 ranges: 400', async () => {
  const headers = { range: headerOf(Array.from({ length: 257 }, (_, n) => [n, n] as const)) };
  await expectFault(await send(ADMIN, 'GET', path(), { headers }), 400, 'UNSUPPORTED');
});

test('several ranges, none of which the blob has: 416', async () => {
  const headers = { range: 'bytes=9000000-,9000001-9000002' };
  const response = await send(ADMIN, 'GET', path(), { headers });
  expect(response.headers.get('content-range')).toBe(`bytes */${SIZE}`);
  await expectFault(response, 416, 'UNSUPPORTED');
});

test.each([
  ['a set of ranges that repeats the blob', () => headerOf(Array(4).fill([0, SIZE - 1]))],
  ['a set with an invalid range', () => 'bytes=0-9,20'],
])('%s: all of it', async (_, range) => {
  const response = await send(ADMIN, 'GET', path(), { headers: { range: range() } });
  await expectStatus(response, 200);
  expect((await response.arrayBuffer()).byteLength).toBe(SIZE);
});

test('of a blob of 1 KiB several ranges are all of it, which is shorter', async () => {
  const small = freshBytes(1024);
  const address = `/v2/${REPOSITORY}/blobs/${await pushBlob(REPOSITORY, small)}`;
  const response = await send(ADMIN, 'GET', address, { headers: { range: 'bytes=0-1,5-6' } });
  await expectStatus(response, 200);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(small);
});

test('a HEAD knows no ranges', async () => {
  const response = await send(ADMIN, 'HEAD', path(), { headers: { range: 'bytes=0-1,5-6' } });
  await expectStatus(response, 200);
  expect(response.headers.get('content-length')).toBe(String(SIZE));
});

test.each([
  [`"DIGEST"`, 206],
  ['W/"DIGEST"', 200],
  ['"other"', 200],
  ['Wed, 21 Oct 2015 07:28:00 GMT', 200],
])('If-Range: %s → %i', async (ifRange, status) => {
  for (const range of ['bytes=0-9', 'bytes=0-9,20-29']) {
    const headers = { range, 'if-range': ifRange.replace('DIGEST', digest) };
    const response = await expectStatus(await send(ADMIN, 'GET', path(), { headers }), status);
    await response.body?.cancel();
  }
});

describe('reads of the storage', () => {
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
    const answer = await sendThrough(bucket, 'GET', path(), { range: headerOf(pairs) });
    await expectParts(answer, pairs);
    expect(asked).toEqual(ranges.map(([start]) => ({ offset: start, length: 199 })));
    expect(most()).toBeLessThanOrEqual(6);
    await vi.waitFor(() => expect(open()).toBe(0));
  });

  test('a client that leaves ends those that were opened ahead', async () => {
    const ranges = Array.from(
      { length: 9 },
      (_, n) => [n * 300_000, n * 300_000 + 200_000] as const,
    );
    const { bucket, asked, open } = watched();
    const answer = await sendThrough(bucket, 'GET', path(), { range: headerOf(ranges) });
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
    const answer = await sendThrough(bucket, 'GET', path(), { range: headerOf(ranges) });
    expect(answer.status).toBe(failing === 0 ? 503 : 206);
    if (failing > 0) await expect(answer.arrayBuffer()).rejects.toThrow();
    expect(await blobKey(digest)).toBeTruthy();
  });
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

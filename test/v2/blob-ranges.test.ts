/** Several ranges of a blob in one request, as clients pull zstd:chunked and eStargz layers. */
import { beforeAll, describe, expect, test } from 'vitest';
import { freshBytes } from '../support/worker/content.ts';
import { pushBlob } from '../support/worker/push.ts';
import { expectParts, type Range, rangeHeader } from '../support/worker/ranges.ts';
import { ADMIN, expectFault, expectStatus, send } from '../support/worker/registry-client.ts';

const REPOSITORY = 'library/ranges';
const SIZE = 3_000_000;
const bytes = freshBytes(SIZE);
let digest = '';
const path = () => `/v2/${REPOSITORY}/blobs/${digest}`;

beforeAll(async () => {
  digest = await pushBlob(REPOSITORY, bytes);
});

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
    const headers = { range: rangeHeader(ranges) };
    await expectParts(await send(ADMIN, 'GET', path(), { headers }), { digest, bytes }, ranges);
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
    const response = await send(ADMIN, 'GET', path(), { headers: { range } });
    await expectParts(response, { digest, bytes }, ranges);
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
  const headers = { range: rangeHeader(Array.from({ length: 257 }, (_, n) => [n, n] as const)) };
  await expectFault(await send(ADMIN, 'GET', path(), { headers }), 400, 'UNSUPPORTED');
});

test('several ranges, none of which the blob has: 416', async () => {
  const headers = { range: 'bytes=9000000-,9000001-9000002' };
  const response = await send(ADMIN, 'GET', path(), { headers });
  expect(response.headers.get('content-range')).toBe(`bytes */${SIZE}`);
  await expectFault(response, 416, 'UNSUPPORTED');
});

test.each([
  ['a set of ranges that repeats the blob', () => rangeHeader(Array(4).fill([0, SIZE - 1]))],
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

import { expect } from 'vitest';
import { parseMultipart } from '../multipart.ts';
import { expectStatus } from './registry-client.ts';

export type Range = readonly [start: number, end: number];

/** The header Range for some ranges. */
export const rangeHeader = (ranges: readonly Range[]): string =>
  `bytes=${ranges.map(([start, end]) => `${start}-${end}`).join(',')}`;

const EMPTY = new Uint8Array(0);

/** Asserts that an answer has each range of a blob as a part of its own, in their order. */
export async function expectParts(
  response: Response,
  blob: { readonly digest: string; readonly bytes: Uint8Array },
  ranges: readonly Range[],
): Promise<void> {
  await expectStatus(response, 206);
  const body = new Uint8Array(await response.arrayBuffer());
  expect(response.headers.get('content-length')).toBe(String(body.length));
  expect(response.headers.has('content-range')).toBe(false);
  expect(response.headers.get('etag')).toBe(`"${blob.digest}"`);
  const parts = parseMultipart(response.headers.get('content-type'), body);
  expect(parts.map(({ headers }) => headers)).toEqual(
    ranges.map(([start, end]) => ({
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${start}-${end}/${blob.bytes.length}`,
    })),
  );
  for (const [n, [start, end]] of ranges.entries()) {
    expect(Buffer.compare(parts[n]?.bytes ?? EMPTY, blob.bytes.subarray(start, end + 1))).toBe(0);
  }
}

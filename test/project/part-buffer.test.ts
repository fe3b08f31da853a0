import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_UPLOAD_BYTES, PART_SIZE, PartBuffer } from '../../src/uploads/part-buffer.ts';

const MIB = 1024 * 1024;

/** A body as one or several requests bring it, each in chunks of any length. */
type Requests = readonly (readonly Uint8Array[])[];

interface Received {
  readonly parts: readonly Uint8Array[];
  readonly tail: Uint8Array;
}

/**
 * Takes requests in as an upload does: memory grows from `first` bytes to those of a part, and the
 * tail of each request is kept in pieces for the next.
 */
function receive(size: number, first: number, pieceSize: number, requests: Requests): Received {
  const parts: Uint8Array[] = [];
  let tail: Uint8Array[] = [];
  for (const chunks of requests) {
    const kept = tail.reduce((sum, { length }) => sum + length, 0);
    let buffer = new PartBuffer(Math.max(kept, first), tail);
    for (const chunk of chunks) {
      for (let rest = chunk; rest.length > 0; ) {
        if (buffer.isFull) buffer.grow(Math.min(2 * buffer.memory, size));
        rest = rest.subarray(buffer.add(rest));
        if (buffer.bytes.length < size) continue;
        parts.push(buffer.bytes.slice());
        buffer.free();
        buffer = new PartBuffer(size);
      }
    }
    tail = cutEvery(buffer.bytes.slice(), pieceSize);
  }
  return { parts, tail: Buffer.concat(tail) };
}

function cutEvery(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
}

/** Cuts at the given positions, of which those outside the body, and doubles, do no harm. */
function cutAt(bytes: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const sorted = positions.map((at) => at % (bytes.length + 1)).sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, n) => bytes.subarray(sorted[n - 1] ?? 0, end));
}

const digest = (pieces: readonly Uint8Array[]) =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash('sha256')).digest('hex');

function expectSame({ parts, tail }: Received, body: Uint8Array, size: number): void {
  const whole = Math.floor(body.length / size);
  expect(parts.map((part) => part.length)).toEqual(Array(whole).fill(size));
  expect(tail.length).toBe(body.length % size);
  const direct = cutEvery(body, size);
  const received = tail.length > 0 ? [...parts, tail] : parts;
  expect(received.map((piece) => digest([piece]))).toEqual(direct.map((piece) => digest([piece])));
  expect(digest(received)).toBe(digest([body]));
}

const body = fc.uint8Array({ maxLength: 300 });
const size = fc.integer({ min: 1, max: 64 });
const cuts = fc.array(fc.nat(), { maxLength: 20 });

test('any split of any body gives the parts and the digest of the body cut directly', () => {
  fc.assert(
    fc.property(body, size, cuts, (bytes, partSize, chunks) => {
      const received = receive(partSize, 1, partSize, [cutAt(bytes, chunks)]);
      expectSame(received, bytes, partSize);
    }),
    { numRuns: 500 },
  );
});

test('the same body in several requests, its tail kept in pieces of any length, gives them too', () => {
  fc.assert(
    fc.property(body, size, size, cuts, cuts, (bytes, partSize, pieceSize, requests, chunks) => {
      const received = receive(
        partSize,
        Math.min(pieceSize, partSize),
        pieceSize,
        cutAt(bytes, requests).map((request) => cutAt(request, chunks)),
      );
      expectSame(received, bytes, partSize);
    }),
    { numRuns: 1000 },
  );
});

test.each([0, 1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1, 3 * PART_SIZE + 12_345])(
  'a body of %i bytes in requests of 5,000,000 bytes is cut into parts of the real size',
  (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 4096) bytes[at] = at / 4096;
    const requests = cutEvery(bytes, 5_000_000).map((request) => cutEvery(request, 65_537));
    expectSame(receive(PART_SIZE, 16 * 1024, MIB, requests), bytes, PART_SIZE);
  },
);

test('a buffer that grows keeps its bytes', () => {
  const buffer = new PartBuffer(2);
  expect(buffer.add(new Uint8Array([1, 2, 3]))).toBe(2);
  expect(buffer.isFull).toBe(true);
  expect(buffer.add(new Uint8Array(5))).toBe(0);
  buffer.grow(3);
  expect(buffer.memory).toBe(3);
  expect(buffer.add(new Uint8Array([3, 4]))).toBe(1);
  expect([...buffer.bytes]).toEqual([1, 2, 3]);
});

test('the memory of a buffer is gone once it is freed, which may happen twice', () => {
  const buffer = new PartBuffer(3);
  buffer.add(new Uint8Array([1, 2]));
  const { bytes } = buffer;
  buffer.free();
  buffer.free();
  expect(bytes).toHaveLength(0);
});

test('parts are of a size R2 takes, and 50 GB fit', () => {
  expect(PART_SIZE).toBeGreaterThanOrEqual(5 * MIB);
  expect(MAX_UPLOAD_BYTES).toBeGreaterThanOrEqual(50e9);
  expect(MAX_UPLOAD_BYTES / PART_SIZE).toBeLessThanOrEqual(10_000);
});

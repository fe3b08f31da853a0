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

/** Takes requests in as an upload does: the tail of each is kept in pieces for the next. */
function receive(size: number, pieceSize: number, requests: Requests): Received {
  const parts: Uint8Array[] = [];
  let tail: Uint8Array[] = [];
  for (const chunks of requests) {
    const buffer = new PartBuffer(size, tail);
    for (const chunk of chunks) {
      for (let rest = chunk; rest.length > 0; ) {
        rest = rest.subarray(buffer.add(rest));
        if (buffer.isFull) parts.push(buffer.take());
      }
    }
    tail = cutEvery(buffer.tail.slice(), pieceSize);
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
      const received = receive(partSize, partSize, [cutAt(bytes, chunks)]);
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
    expectSame(receive(PART_SIZE, MIB, requests), bytes, PART_SIZE);
  },
);

test('a part that was taken does not change when the next one is filled', () => {
  const buffer = new PartBuffer(3);
  buffer.add(new Uint8Array([1, 2, 3]));
  const part = buffer.take();
  buffer.add(new Uint8Array([4, 5, 6]));
  expect([...part]).toEqual([1, 2, 3]);
  expect([...buffer.tail]).toEqual([4, 5, 6]);
});

test('the memory of a part that was given back serves the next one, whatever its length', () => {
  const buffer = new PartBuffer(3);
  buffer.add(new Uint8Array([1, 2]));
  const first = buffer.take();
  buffer.giveBack(first);
  buffer.add(new Uint8Array([3, 4, 5]));
  const second = buffer.take();
  expect([...second]).toEqual([3, 4, 5]);
  buffer.add(new Uint8Array([6, 7, 8]));
  expect(buffer.tail.buffer).toBe(first.buffer);
  expect([...second]).toEqual([3, 4, 5]);
});

test('a full buffer takes nothing more', () => {
  const buffer = new PartBuffer(2);
  expect(buffer.add(new Uint8Array(5))).toBe(2);
  expect(buffer.isFull).toBe(true);
  expect(buffer.add(new Uint8Array(5))).toBe(0);
  expect(buffer.take()).toHaveLength(2);
  expect(buffer.isFull).toBe(false);
  expect(buffer.tail).toHaveLength(0);
});

test('parts are of a size R2 takes, three of them fit the memory of an upload, and 50 GB fit', () => {
  expect(PART_SIZE).toBeGreaterThanOrEqual(5 * MIB);
  expect(3 * PART_SIZE).toBeLessThan(20_000_000);
  expect(MAX_UPLOAD_BYTES).toBeGreaterThanOrEqual(50e9);
  expect(MAX_UPLOAD_BYTES / PART_SIZE).toBeLessThanOrEqual(10_000);
});

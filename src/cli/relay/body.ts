import type { IncomingMessage } from 'node:http';

/** Consecutive bytes of a blob, as an upload takes them. */
interface BodyChunk {
  readonly start: number;
  readonly end: number;
  /** Whether nothing comes behind it. */
  readonly last: boolean;
  /** It is good until the next chunk is taken. */
  part(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/**
 * Cuts a request's body into chunks of `size` bytes; the last may be shorter, also empty. One
 * chunk is in memory at a time: the client is not read from while it is used.
 * @param start the place of the first byte in the blob
 */
export async function* cutBody(
  request: IncomingMessage,
  start: number,
  size: number,
): AsyncGenerator<BodyChunk, void> {
  const buffer = new GrowingBuffer(size);
  let offset = start;
  for await (const piece of request as AsyncIterable<Buffer>) {
    for (let rest = piece; rest.length > 0; ) {
      // Only with a byte behind it is a full chunk known not to be the last.
      if (buffer.length === size) {
        yield toChunk(buffer.take(), offset, false);
        offset += size;
      }
      rest = buffer.fill(rest);
    }
  }
  yield toChunk(buffer.take(), offset, true);
}

function toChunk(bytes: Uint8Array<ArrayBuffer>, start: number, last: boolean): BodyChunk {
  return {
    start,
    end: start + bytes.length,
    last,
    part: (from, to) => bytes.subarray(from - start, to - start),
  };
}

const FIRST_CAPACITY = 1024 * 1024;

/** A buffer that grows up to a size. */
class GrowingBuffer {
  readonly #size: number;
  #buffer: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(size: number) {
    this.#size = size;
    this.#buffer = new Uint8Array(Math.min(size, FIRST_CAPACITY));
  }

  /** Takes what fits; answers what is left over. */
  fill(piece: Buffer): Buffer {
    const taken = piece.subarray(0, this.#size - this.length);
    this.#grow(this.length + taken.length);
    this.#buffer.set(taken, this.length);
    this.length += taken.length;
    return piece.subarray(taken.length);
  }

  #grow(needed: number): void {
    if (needed <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.min(Math.max(needed, 2 * this.#buffer.length), this.#size));
    grown.set(this.#buffer.subarray(0, this.length));
    this.#buffer = grown;
  }

  /** What was filled in; it is good until the next fill. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#buffer.subarray(0, this.length);
    this.length = 0;
    return bytes;
  }
}

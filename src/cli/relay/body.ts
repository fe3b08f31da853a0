import type { IncomingMessage } from 'node:http';

/** Consecutive bytes of a blob, as ChunkedUpload sends them. `end` is exclusive. */
interface BodyChunk {
  readonly start: number;
  readonly end: number;
  /** Whether it ends the body. */
  readonly last: boolean;
  /** Valid until the next chunk is read. */
  part(start: number, end: number): Uint8Array<ArrayBuffer>;
}

/**
 * Cuts a request's body into chunks of `size` bytes; the last may be shorter, even empty. One
 * chunk is in memory at a time, and nothing is read from the client while it is in use.
 * @param start offset of the body in the blob
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
      // A full chunk is known not to be the last only once another byte arrives.
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

/** A buffer that grows up to a limit. */
class GrowingBuffer {
  readonly #size: number;
  #buffer: Uint8Array<ArrayBuffer>;
  length = 0;

  constructor(size: number) {
    this.#size = size;
    this.#buffer = new Uint8Array(Math.min(size, FIRST_CAPACITY));
  }

  /** Appends what fits and returns the rest. */
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

  /** Empties the buffer and returns its bytes, valid until the next fill. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#buffer.subarray(0, this.length);
    this.length = 0;
    return bytes;
  }
}

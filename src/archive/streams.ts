const NO_BYTES = new Uint8Array(0);

/** Bytes. Smaller ones have no buffer outside of the heap. */
const NUDGE_BYTES = 1024;

/**
 * Reads a stream of bytes in the portions the caller wants.
 *
 * A file gives every portion a buffer of its own, and Chromium collects them late: it looks at
 * what they take only when a script makes a buffer itself. So with each one is made, which keeps
 * 2 GB in passing to half of the memory. (A reader that fills our buffer would need neither, but
 * over a file it sometimes waits for ever.)
 */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = NO_BYTES;
  /** Bytes taken so far. */
  position = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next bytes as they come, at most `most`; null at the end. */
  async readSome(most: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      // Spelled so that no bundler takes it for something without effect.
      Reflect.construct(ArrayBuffer, [NUDGE_BYTES]);
      this.#rest = value;
    }
    const bytes = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(bytes.length);
    this.position += bytes.length;
    return bytes;
  }

  /** Fills `into` from the start, and returns how much of it: less than all only at the end. */
  async fill(into: Uint8Array): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const bytes = await this.readSome(into.length - filled);
      if (bytes === null) break;
      into.set(bytes, filled);
      filled += bytes.length;
    }
    return filled;
  }

  /** Exactly `size` bytes, fewer only at the end. */
  async read(size: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, await this.fill(bytes));
  }

  /** Passes over `size` bytes, fewer only at the end, and shows them to `see`. */
  async skip(size: number, onBytes: (bytes: Uint8Array) => unknown = () => {}): Promise<number> {
    let skipped = 0;
    while (skipped < size) {
      const bytes = await this.readSome(size - skipped);
      if (bytes === null) break;
      onBytes(bytes);
      skipped += bytes.length;
    }
    return skipped;
  }

  /** Ends the stream; what it thinks of that does not matter any more. */
  cancel(): void {
    this.#rest = NO_BYTES;
    this.#reader.cancel().catch(() => {});
  }
}

/** A stream that asks for its next bytes only when somebody wants them; `pull` gives null at the end. */
export function pullStream(
  pull: () => Promise<Uint8Array | null>,
  cancel: () => void = () => {},
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const bytes = await pull();
        if (bytes === null) controller.close();
        else controller.enqueue(bytes);
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}

/** All bytes of a stream that is known to be small. */
export async function readBytes(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const reader = new ByteReader(stream);
  await reader.skip(Number.POSITIVE_INFINITY, (bytes) => pieces.push(bytes));
  const whole = new Uint8Array(reader.position);
  let filled = 0;
  for (const piece of pieces) {
    whole.set(piece, filled);
    filled += piece.length;
  }
  return whole;
}

/** Whether a byte array begins with these bytes. */
export function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

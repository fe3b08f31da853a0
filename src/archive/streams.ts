const NO_BYTES = new Uint8Array(0);

/** Bytes. A smaller buffer would be allocated inside the heap. */
const NUDGE_BYTES = 1024;

/**
 * Reads a stream of bytes in the sizes the caller asks for.
 *
 * Each read of a file allocates a buffer, and Chromium frees these late: it accounts for their
 * memory only when a script allocates a buffer. So each read here allocates a small one, which
 * halves the peak memory of reading 2 GB. (A BYOB reader would need neither, but on a file it
 * sometimes never resolves.)
 */
export class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = NO_BYTES;
  /** Bytes read so far. */
  position = 0;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** The next available bytes, at most `most`; null at the end. */
  async readSome(most: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#reader.read();
      if (done) return null;
      // Reflect.construct, because a bundler would remove an unused `new ArrayBuffer`.
      Reflect.construct(ArrayBuffer, [NUDGE_BYTES]);
      this.#rest = value;
    }
    const bytes = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(bytes.length);
    this.position += bytes.length;
    return bytes;
  }

  /** Fills `into` and returns how many bytes it wrote: fewer than its size only at the end. */
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

  /** Skips `size` bytes, fewer only at the end, and passes them to `onBytes`. Returns how many. */
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

  /** Cancels the stream and ignores its errors. */
  cancel(): void {
    this.#rest = NO_BYTES;
    this.#reader.cancel().catch(() => {});
  }
}

/** A stream without read-ahead: calls `pull` only when bytes are read; null ends it. */
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

/** Reads a small stream into memory. */
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

/** Whether bytes begin with a prefix. */
export function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, i) => bytes[i] === byte);
}

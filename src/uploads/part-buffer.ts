/**
 * Bytes of every part of an upload but the last. R2 takes parts of 5 MiB to 5 GiB, and 10,000 of
 * them: an upload may have 62.9 GB. Three buffers of this size (one filling, two being sent)
 * and one read of the body stay under 20 MB, the most an upload may hold in memory.
 */
export const PART_SIZE = 6 * 1024 * 1024;

/** The most bytes an upload can have. */
export const MAX_UPLOAD_BYTES = PART_SIZE * 10_000;

/**
 * Cuts a stream of bytes into parts of equal size. What it holds at the end of a request is the
 * tail, with which the next request's buffer begins.
 */
export class PartBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  /** Buffers of parts that R2 has, to be used again: garbage collection is too slow for them. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #size: number;

  /**
   * @param size bytes of a part
   * @param tail what an earlier request left: less than one part
   */
  constructor(size: number, tail: Iterable<Uint8Array> = []) {
    this.#size = size;
    this.#bytes = new Uint8Array(size);
    for (const piece of tail) this.add(piece);
  }

  get isFull(): boolean {
    return this.#length === this.#size;
  }

  /** The bytes of the part that is not full yet. Valid until the next add or take. */
  get tail(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Copies as many bytes as the part has room for, and returns their number. */
  add(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#size - this.#length);
    this.#bytes.set(taken, this.#length);
    this.#length += taken.length;
    return taken.length;
  }

  /** Takes the bytes out as a part; afterwards the buffer is empty. */
  take(): Uint8Array<ArrayBuffer> {
    const part = this.tail;
    this.#bytes = this.#spare.pop() ?? new Uint8Array(this.#size);
    this.#length = 0;
    return part;
  }

  /** Takes back the buffer of a part that is no longer read; a later part overwrites it. */
  giveBack(part: Uint8Array<ArrayBuffer>): void {
    this.#spare.push(new Uint8Array(part.buffer));
  }
}

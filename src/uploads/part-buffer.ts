/**
 * Bytes of every part of an upload but the last. R2 takes 5 MiB to 5 GiB and 10,000 parts,
 * so an upload may have 62.9 GB; three buffers of this size (one filling, two on their way
 * to R2) and what is being read stay under the 20 MB an upload may hold in memory.
 */
export const PART_SIZE = 6 * 1024 * 1024;

/** The most bytes an upload can have. */
export const MAX_UPLOAD_BYTES = PART_SIZE * 10_000;

/**
 * Cuts bytes of any rhythm into equal parts. What is left in it at the end of a request is
 * the tail, from which the next request's buffer starts.
 */
export class PartBuffer {
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;
  /** Memory of parts that R2 has, for the next ones: left to the collector it piles up. */
  readonly #spare: Uint8Array<ArrayBuffer>[] = [];
  readonly #size: number;

  /**
   * @param size bytes of a part
   * @param tail what an earlier request left, less than one part
   */
  constructor(size: number, tail: Iterable<Uint8Array> = []) {
    this.#size = size;
    this.#bytes = new Uint8Array(size);
    for (const piece of tail) this.add(piece);
  }

  get isFull(): boolean {
    return this.#length === this.#size;
  }

  /** The bytes that wait for their part to be full. Valid until the next add or take. */
  get tail(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Copies as many bytes as the part has room for, and says how many. */
  add(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#size - this.#length);
    this.#bytes.set(taken, this.#length);
    this.#length += taken.length;
    return taken.length;
  }

  /** The bytes so far, as a part of their own; the buffer is empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const part = this.tail;
    this.#bytes = this.#spare.pop() ?? new Uint8Array(this.#size);
    this.#length = 0;
    return part;
  }

  /** Takes back the memory of a part that nobody reads any more; a later part overwrites it. */
  giveBack(part: Uint8Array<ArrayBuffer>): void {
    this.#spare.push(new Uint8Array(part.buffer));
  }
}

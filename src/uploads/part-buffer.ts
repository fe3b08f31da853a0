import { freeBytes, MemoryBudget } from '../http/memory-budget.ts';

/**
 * Bytes of every part of an upload but the last. R2 takes parts of 5 MiB to 5 GiB, and 10,000 of
 * them: an upload may have 62.9 GB.
 */
export const PART_SIZE = 6 * 1024 * 1024;

/** The most bytes an upload can have. */
export const MAX_UPLOAD_BYTES = PART_SIZE * 10_000;

/**
 * What all uploads of this isolate have for their parts, in bytes: an isolate of Cloudflare has
 * 128 MB, and Durable Objects of one class may share it.
 */
export const partMemory = new MemoryBudget(7 * PART_SIZE);

/**
 * The part of an upload that is being filled. Its memory may be smaller than the part, and grow.
 * What it holds at the end of a request is the tail, with which the next request's buffer begins.
 */
export class PartBuffer {
  #memory: Uint8Array<ArrayBuffer>;
  #length = 0;

  /**
   * @param memory bytes that it has room for at first
   * @param tail what an earlier request left: no more than that
   */
  constructor(memory: number, tail: Iterable<Uint8Array> = []) {
    this.#memory = new Uint8Array(memory);
    for (const piece of tail) this.add(piece);
  }

  /** Whether there is no room for another byte. */
  get isFull(): boolean {
    return this.#length === this.#memory.length;
  }

  /** Bytes of its memory. */
  get memory(): number {
    return this.#memory.length;
  }

  /** All of its bytes. Valid until it grows, or is freed. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length);
  }

  /** Copies as many bytes as it has room for, and returns their number. */
  add(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.#memory.length - this.#length);
    this.#memory.set(taken, this.#length);
    this.#length += taken.length;
    return taken.length;
  }

  /** Makes room for `memory` bytes in all; the old memory is freed. */
  grow(memory: number): void {
    this.#memory = new Uint8Array(this.#memory.buffer.transfer(memory));
  }

  /** Frees the memory. */
  free(): void {
    freeBytes(this.#memory);
  }
}

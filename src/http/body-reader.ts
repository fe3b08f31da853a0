import { freeBytes, type Lease, MemoryBudget } from './memory-budget.ts';

/** Bytes of the first read of a body, of a later one at most, and the factor between two reads. */
const FIRST_READ = 4 * 1024;
const LARGEST_READ = 256 * 1024;
const GROWTH = 4;

/** What reads have together, in bytes, beyond the first size of each. */
const reads = new MemoryBudget(8 * 1024 * 1024);

/** A body without a byte for so long has stalled, in ms. */
const STALLED_AFTER = 10_000;

/** A body without a byte for so long has ended, in ms. */
const ENDED_AFTER = 60_000;

/** What a read brings. A broken body has ended before its time; one that stalls may continue. */
export type BodyRead =
  | { readonly is: 'bytes'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly is: 'end' | 'broken' | 'stalled' | 'silent' };

/**
 * Reads the body of a request. Large reads are several times faster than taking the chunks of the
 * stream, but the memory of a read is gone until bytes come: so it begins small, and grows while
 * the bytes fill it.
 */
export class BodyReader {
  readonly #reader: ReadableStreamBYOBReader;
  #memory = new Uint8Array(FIRST_READ);
  #lease: Lease | null = null;
  /** The read that brings the next bytes, if it was begun. */
  #pending: Promise<BodyRead> | null = null;
  #silence = 0;
  #isFilled = false;

  constructor(body: ReadableStream) {
    this.#reader = body.getReader({ mode: 'byob' });
  }

  /**
   * The next bytes, at most `limit` of them and at least one; they are valid until the next call.
   * After `STALLED_AFTER` without any the result is `stalled`, and the next call waits on; after
   * `ENDED_AFTER` it is `silent`, which is the end.
   */
  async next(limit: number): Promise<BodyRead> {
    this.#lease?.use();
    this.#pending ??= this.#read(limit);
    const read = await firstOf(this.#pending, STALLED_AFTER);
    if (read !== null) {
      this.#pending = null;
      this.#silence = 0;
      return read;
    }
    this.#silence += STALLED_AFTER;
    return { is: this.#silence < ENDED_AFTER ? 'stalled' : 'silent' };
  }

  /** Reads the body to its end and drops it, but no more than `limit` bytes. */
  async drain(limit: number): Promise<void> {
    for (let dropped = 0; dropped < limit; ) {
      const read = await this.next(LARGEST_READ);
      if (read.is === 'bytes') dropped += read.bytes.length;
      else if (read.is !== 'stalled') return;
    }
  }

  /** Stops reading, also a read that is waiting: it brings `broken`. */
  cancel(reason: string): void {
    this.#reader.cancel(reason).catch(() => {});
  }

  /** Gives the memory back; nothing can be read afterwards. A read that is waiting is cancelled. */
  release(): void {
    if (this.#pending) this.cancel('nothing more is read');
    freeBytes(this.#memory);
    this.#lease?.release();
  }

  async #read(limit: number): Promise<BodyRead> {
    if (this.#isFilled) this.#grow();
    try {
      const wanted = this.#memory.subarray(0, Math.min(limit, this.#memory.length));
      const { value, done } = await this.#reader.read(wanted);
      if (value === undefined) return { is: 'broken' };
      this.#memory = new Uint8Array(value.buffer);
      if (done) return { is: 'end' };
      this.#isFilled = value.length === this.#memory.length;
      return { is: 'bytes', bytes: value };
    } catch {
      return { is: 'broken' };
    }
  }

  #grow(): void {
    const size = Math.min(this.#memory.length * GROWTH, LARGEST_READ);
    if (size === this.#memory.length || !this.#reserve(size)) return;
    freeBytes(this.#memory);
    this.#memory = new Uint8Array(size);
  }

  #reserve(bytes: number): boolean {
    if (this.#lease) return reads.tryResize(this.#lease, bytes);
    this.#lease = reads.tryTake(bytes);
    return this.#lease !== null;
  }
}

/** The value of a promise; null if it takes longer than `ms`. */
async function firstOf<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(late.resolve, ms, null);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

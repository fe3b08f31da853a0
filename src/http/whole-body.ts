import { RegistryError } from '../domain/errors.ts';
import { BodyReader } from './body-reader.ts';
import { freeBytes, type Lease, MemoryBudget } from './memory-budget.ts';

/** Bytes up to which a body needs no memory from the budget. */
const SMALL = 64 * 1024;

/** What all large bodies of this isolate have together, in bytes, until they are processed. */
const largeBodies = new MemoryBudget(12 * 1024 * 1024);

/** How long a large body waits for memory, in ms. */
const PATIENCE = 30_000;

const FIRST_MEMORY = 4 * 1024;
const GROWTH = 4;

/** A body that was read into memory. */
export interface WholeBody {
  readonly end: 'complete' | 'too_long' | 'broken' | 'silent';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Reads a body of up to `limit` bytes into memory for `use`. Only a few of those over 64 KiB are in
 * the memory of an isolate at a time.
 * @throws RegistryError UNAVAILABLE if there is no memory for it; errors of `use`
 */
export async function withWholeBody<T>(
  stream: ReadableStream | null,
  limit: number,
  use: (body: WholeBody) => Promise<T>,
): Promise<T> {
  const body = new GrowingBody(limit);
  try {
    const end = stream ? await body.readFrom(new BodyReader(stream)) : 'complete';
    return await use({ end, bytes: body.bytes });
  } finally {
    body.free();
  }
}

class GrowingBody {
  readonly #limit: number;
  #memory = new Uint8Array(FIRST_MEMORY);
  #length = 0;
  #lease: Lease | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length);
  }

  async readFrom(reader: BodyReader): Promise<WholeBody['end']> {
    try {
      for (;;) {
        const read = await reader.next(this.#limit - this.#length + 1);
        if (read.is === 'stalled') continue;
        if (read.is !== 'bytes') return read.is === 'end' ? 'complete' : read.is;
        const length = this.#length + read.bytes.length;
        if (length > this.#limit) return 'too_long';
        if (length > this.#memory.length) await this.#grow(length);
        this.#memory.set(read.bytes, this.#length);
        this.#length = length;
        this.#lease?.use();
      }
    } finally {
      reader.release();
    }
  }

  free(): void {
    freeBytes(this.#memory);
    this.#lease?.release();
  }

  /** All the memory is taken at once: while others wait for it, none must wait for more. */
  async #grow(length: number): Promise<void> {
    if (length > SMALL) this.#lease ??= await takeMemory(this.#limit);
    const size = Math.min(Math.max(length, this.#memory.length * GROWTH), this.#limit);
    this.#memory = new Uint8Array(this.#memory.buffer.transfer(size));
  }
}

async function takeMemory(bytes: number): Promise<Lease> {
  const end = Date.now() + PATIENCE;
  const lease = await largeBodies.take(bytes, () => Date.now() > end);
  if (!lease) throw new RegistryError('UNAVAILABLE', 'too many large requests at once: try again');
  return lease;
}

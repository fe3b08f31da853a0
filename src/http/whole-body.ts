import { RegistryError } from '../domain/errors.ts';
import { BodyReader } from './body-reader.ts';
import { FairBudget, type FairLease } from './fair-budget.ts';
import { freeBytes } from './memory-budget.ts';

/** Bytes up to which a body needs no memory from the budget. */
const SMALL = 64 * 1024;

/** The longest body that can be read whole, in bytes. */
const LARGEST = 4 * 1024 * 1024;

/** What all large bodies of this isolate have together until they are processed: three shares. */
const largeBodies = new FairBudget(3 * LARGEST, LARGEST);

/** How long a large body waits for memory, in ms. */
const PATIENCE = 30_000;

const FIRST_MEMORY = 4 * 1024;
const GROWTH = 4;

/** How long a body may take, in ms: so long in any case, and so long for each KiB that came. */
const PACE = { grace: 60_000, perKib: 60 };

/** A body to be read into memory. */
export interface BodyRequest {
  readonly stream: ReadableStream | null;
  /** Content-Length, in bytes; null if there is none. */
  readonly length: number | null;
  /** The most bytes it may have: no more than 4 MiB. */
  readonly limit: number;
  /** Who sends it: what one holder sends together has a share of the memory. */
  readonly holder: string;
}

/** A body that was read into memory; `slow` also if it brought nothing for a minute. */
export interface WholeBody {
  readonly end: 'complete' | 'too_long' | 'broken' | 'slow';
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The body of a request. */
export function bodyRequest(request: Request, limit: number, holder: string): BodyRequest {
  const length = request.headers.get('content-length');
  return {
    stream: request.body,
    length: length === null ? null : Number(length),
    limit,
    holder,
  };
}

/**
 * Reads a body of up to `limit` bytes into memory for `use`; of one that declares more, nothing.
 * Only a few of those over 64 KiB are in the memory of an isolate at a time.
 * @throws RegistryError UNAVAILABLE if there is no memory for it; errors of `use`
 */
export async function withWholeBody<T>(
  request: BodyRequest,
  use: (body: WholeBody) => Promise<T>,
): Promise<T> {
  const { stream, length, limit } = request;
  if (length !== null && length > limit) {
    return await use({ end: 'too_long', bytes: new Uint8Array(0) });
  }
  const body = new GrowingBody(request);
  try {
    const end = stream ? await body.readFrom(new BodyReader(stream)) : 'complete';
    return await use({ end, bytes: body.bytes });
  } finally {
    body.free();
  }
}

class GrowingBody {
  readonly #request: BodyRequest;
  #memory = new Uint8Array(FIRST_MEMORY);
  #length = 0;
  #lease: FairLease | null = null;
  /** When it began to come; it does not while it waits for memory. */
  #since = Date.now();

  constructor(request: BodyRequest) {
    this.#request = request;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length);
  }

  async readFrom(reader: BodyReader): Promise<WholeBody['end']> {
    const { limit } = this.#request;
    try {
      for (;;) {
        const read = await reader.next(limit - this.#length + 1);
        if (read.is === 'bytes') {
          if (this.#length + read.bytes.length > limit) return 'too_long';
          await this.#add(read.bytes);
        } else if (read.is === 'end') return 'complete';
        else if (read.is === 'broken') return 'broken';
        if (read.is === 'silent' || this.#isBehind()) return 'slow';
      }
    } finally {
      reader.release();
    }
  }

  free(): void {
    freeBytes(this.#memory);
    this.#lease?.release();
  }

  async #add(bytes: Uint8Array): Promise<void> {
    const length = this.#length + bytes.length;
    if (length > this.#memory.length) await this.#grow(length);
    this.#memory.set(bytes, this.#length);
    this.#length = length;
    this.#lease?.use();
  }

  /** All the memory is taken at once: while others wait for it, none must wait for more. */
  async #grow(length: number): Promise<void> {
    const { limit, length: declared } = this.#request;
    const most = Math.max(length, declared ?? limit);
    if (length > SMALL && this.#lease === null) {
      this.#lease = await takeMemory(this.#request.holder, most);
      this.#since = Date.now();
    }
    const size = Math.min(Math.max(length, this.#memory.length * GROWTH), most);
    this.#memory = new Uint8Array(this.#memory.buffer.transfer(size));
  }

  #isBehind(): boolean {
    return Date.now() - this.#since > PACE.grace + (this.#length / 1024) * PACE.perKib;
  }
}

async function takeMemory(holder: string, bytes: number): Promise<FairLease> {
  const end = Date.now() + PATIENCE;
  const lease = await largeBodies.take(holder, bytes, () => Date.now() > end);
  if (!lease) throw new RegistryError('UNAVAILABLE', 'too many large requests at once: try again');
  return lease;
}

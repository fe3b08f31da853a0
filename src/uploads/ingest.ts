import { RegistryError } from '../domain/errors.ts';
import { drainReader } from '../http/drain-request-body.ts';
import { MAX_UPLOAD_BYTES, PART_SIZE, PartBuffer } from './part-buffer.ts';
import { PartSender } from './part-sender.ts';
import type { UploadHash } from './running-hash.ts';
import { durableBytes, readTail, type UploadState, writeTail } from './upload-state.ts';

/** Bytes per read of the body: large reads are several times faster than taking its chunks. */
const READ_SIZE = 1024 * 1024;

/** How a body ended. */
export interface Ingested {
  readonly upload: UploadState;
  /** Bytes of this body, all of them durable. */
  readonly received: number;
  readonly end: 'complete' | 'too_long' | 'cut_short';
}

/** Takes one request's body into an upload. */
export class Ingest {
  readonly #bucket: R2Bucket;
  readonly #storage: DurableObjectStorage;
  readonly #reader: ReadableStreamBYOBReader;
  readonly #hash: UploadHash | null;
  readonly #started: UploadState;
  #stopped = false;
  #seen = 0;

  constructor(
    bucket: R2Bucket,
    storage: DurableObjectStorage,
    upload: UploadState,
    body: ReadableStream,
    hash: UploadHash | null,
  ) {
    this.#bucket = bucket;
    this.#storage = storage;
    this.#started = upload;
    this.#reader = body.getReader({ mode: 'byob' });
    this.#hash = hash;
  }

  /** Bytes of the upload that were received so far, durable or not. */
  get position(): number {
    return durableBytes(this.#started) + this.#seen;
  }

  /** Stops reading; what was received so far is kept. */
  stop(): void {
    this.#stopped = true;
    this.#reader.cancel('another request continues this upload').catch(() => {});
  }

  /**
   * Stores the body, at most `limit` bytes of it. If the client disconnects, the bytes that
   * arrived are stored too.
   * @throws RegistryError SIZE_INVALID; errors of R2, after which the parts it has are kept
   */
  async run(limit: number): Promise<Ingested> {
    const buffer = new PartBuffer(PART_SIZE, readTail(this.#storage));
    let saved = buffer.tail.length;
    const sender = new PartSender(this.#bucket, this.#storage, this.#started);
    try {
      const end = await this.#read(limit, async (bytes) => {
        for (let rest = bytes; rest.length > 0; ) {
          rest = rest.subarray(buffer.add(rest));
          if (!buffer.isFull) continue;
          await sender.ready();
          const part = buffer.take();
          await sender.send(part, () => buffer.giveBack(part));
          saved = 0;
        }
      });
      const upload = writeTail(this.#storage, await sender.settle(), buffer.tail, saved);
      return { upload, received: this.#seen, end };
    } finally {
      await sender.rest();
    }
  }

  async #read(
    limit: number,
    consume: (bytes: Uint8Array) => Promise<void>,
  ): Promise<Ingested['end']> {
    let scratch = new Uint8Array(READ_SIZE);
    for (;;) {
      const wanted = Math.min(READ_SIZE, limit - this.#seen);
      if (wanted === 0) return await this.#endAtLimit(scratch);
      const read = await this.#next(wanted, scratch.subarray(0, wanted));
      if (read === null || this.#stopped) return 'cut_short';
      if (this.position + read.length > MAX_UPLOAD_BYTES) throw tooLarge();
      this.#seen += read.length;
      this.#hash?.update(read);
      await consume(read);
      if (read.length < wanted) return 'complete';
      scratch = new Uint8Array(read.buffer);
    }
  }

  /** The next bytes, fewer than `atLeast` only at the end of the body; null if it broke off. */
  async #next(
    atLeast: number,
    into: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      const { value } = await this.#reader.readAtLeast(atLeast, into);
      return value ?? new Uint8Array(0);
    } catch {
      return null;
    }
  }

  async #endAtLimit(scratch: Uint8Array<ArrayBuffer>): Promise<Ingested['end']> {
    const more = await this.#next(1, scratch.subarray(0, 1));
    if (more === null || more.length === 0) return 'complete';
    await drainReader(this.#reader);
    return 'too_long';
  }
}

function tooLarge(): RegistryError {
  return new RegistryError('SIZE_INVALID', `a blob may have at most ${MAX_UPLOAD_BYTES} bytes`);
}

import { RegistryError } from '../domain/errors.ts';
import { type BodyRead, BodyReader } from '../http/body-reader.ts';
import { MAX_DRAINED_BYTES } from '../http/drain-request-body.ts';
import { OpenPart } from './open-part.ts';
import type { UploadChunk } from './outcome.ts';
import { MAX_UPLOAD_BYTES } from './part-buffer.ts';
import { PartSender } from './part-sender.ts';
import type { UploadHash } from './running-hash.ts';
import { durableBytes, type UploadState } from './upload-state.ts';

/** How a body ended: `silent` is one that brought nothing for a minute. */
export interface Ingested {
  readonly upload: UploadState;
  /** Bytes of this body, all of them durable. */
  readonly received: number;
  readonly end: 'complete' | 'too_long' | 'cut_short' | 'silent';
}

/** A read other than `stalled`. */
type Progress = Exclude<BodyRead, { is: 'stalled' }>;

/** Takes one request's body into an upload. */
export class Ingest {
  readonly #bucket: R2Bucket;
  readonly #storage: DurableObjectStorage;
  readonly #reader: BodyReader;
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
    this.#reader = new BodyReader(body);
    this.#hash = hash;
  }

  /** Bytes of the upload that were received so far, durable or not. */
  get position(): number {
    return durableBytes(this.#started) + this.#seen;
  }

  /** Stops reading; what was received so far is kept. */
  stop(): void {
    this.#stopped = true;
    this.#reader.cancel('another request continues this upload');
  }

  /**
   * Stores the body, at most `limit` bytes of it. If the client disconnects or sends nothing for
   * a minute, the bytes that arrived are stored too.
   * @throws RegistryError SIZE_INVALID; errors of R2, after which the parts it has are kept
   */
  async run(limit: number): Promise<Ingested> {
    const sender = new PartSender(this.#bucket, this.#storage, this.#started);
    const part = new OpenPart(this.#storage, sender, () => this.#stopped);
    try {
      const end = await this.#take(limit, part);
      return { upload: await part.store(), received: this.#seen, end };
    } finally {
      part.release();
      this.#reader.release();
      await sender.rest();
    }
  }

  async #take(limit: number, part: OpenPart): Promise<Ingested['end']> {
    while (this.#seen < limit) {
      const read = await this.#next(limit - this.#seen, part);
      if (read.is === 'broken' || this.#stopped) return 'cut_short';
      if (read.is !== 'bytes') return read.is === 'end' ? 'complete' : 'silent';
      if (this.position + read.bytes.length > MAX_UPLOAD_BYTES) throw tooLarge();
      if (!(await this.#add(read.bytes, part))) return 'cut_short';
      if (part.isOverdue) await part.store();
    }
    const more = await this.#next(1, part);
    if (more.is !== 'bytes') return 'complete';
    await part.pause();
    await this.#reader.drain(MAX_DRAINED_BYTES);
    return 'too_long';
  }

  /** Waits for the next bytes. If they are slow to come, what there is is stored meanwhile. */
  async #next(limit: number, part: OpenPart): Promise<Progress> {
    for (;;) {
      const read = await this.#reader.next(limit);
      if (read.is !== 'stalled') return read;
      await part.pause();
    }
  }

  /** False if another request has stopped this one before it had memory for the bytes. */
  async #add(bytes: Uint8Array, part: OpenPart): Promise<boolean> {
    for (let rest = bytes; rest.length > 0; ) {
      const taken = part.add(rest);
      this.#hash?.update(rest.subarray(0, taken));
      this.#seen += taken;
      rest = rest.subarray(taken);
      if (part.isWhole) await part.send();
      else if (taken === 0 && !(await part.makeRoom())) return false;
    }
    return true;
  }
}

function tooLarge(): RegistryError {
  return new RegistryError('SIZE_INVALID', `a blob may have at most ${MAX_UPLOAD_BYTES} bytes`);
}

/** @throws RegistryError if a body has not brought what its request says */
export function checkLength(ingested: Ingested, chunk: UploadChunk): void {
  if (ingested.end === 'too_long') {
    throw new RegistryError('BLOB_UPLOAD_INVALID', 'the chunk is longer than its Content-Range');
  }
  if (ingested.end === 'silent') throw endedAfter('the body brought nothing for a minute');
  const short = chunk.length !== null && ingested.received < chunk.length;
  if (ingested.end === 'cut_short' || short) throw endedAfter('the body ended early');
}

const endedAfter = (what: string) =>
  new RegistryError('UPLOAD_RANGE_INVALID', `${what}: continue after Range`);

import { DurableObject } from 'cloudflare:workers';
import { RegistryError } from '../domain/errors.ts';
import type { Env } from '../env.ts';
import { drainRequestBody } from '../http/drain-request-body.ts';
import type { BlobRecord } from '../storage/content/blobs.ts';
import { publishInto } from '../storage/content/publish.ts';
import { isKeyNamed } from '../storage/content/stored-objects.ts';
import { openDatabase } from '../storage/database.ts';
import { guardBucket } from '../storage/guarded-bucket.ts';
import { newBlobKey } from '../storage/keys.ts';
import { checkLength, Ingest, type Ingested } from './ingest.ts';
import {
  COMMAND_HEADER,
  type SentCommand,
  type UploadChunk,
  type UploadOutcome,
} from './outcome.ts';
import { UploadHash } from './running-hash.ts';
import { sealUpload } from './seal.ts';
import {
  closeUpload,
  durableBytes,
  isEnded,
  isOpen,
  readTail,
  readUpload,
  renewAlarm,
  UPLOAD_LIFETIME,
  type UploadState,
  writeUpload,
} from './upload-state.ts';

/**
 * Receives one blob whose digest or length is not known in advance (see README.md).
 *
 *   nothing ──PATCH──▶ open ──PUT──▶ sealed ──▶ verified ──▶ published ──▶ ended
 *                       │ ▲ └ more PATCHes
 *                       └─┴──DELETE, or a day without a request──▶ ended
 *
 * Bytes become parts of an R2 multipart upload; what does not fill a part is kept in this
 * object's storage. The answer to a PATCH counts only bytes that a restart would not lose.
 * The row in D1 comes last: until then the blob is invisible.
 */
export class UploadSession extends DurableObject<Env> {
  #hash: UploadHash | null = null;
  #ingest: Ingest | null = null;
  /** The request that is running; the next one waits for it. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Requests that are running or waiting. */
  #working = 0;

  get #bucket(): R2Bucket {
    return guardBucket(this.env.BUCKET, this.env.DISK);
  }

  override async fetch(request: Request): Promise<Response> {
    const command = JSON.parse(request.headers.get(COMMAND_HEADER) ?? '') as SentCommand;
    return Response.json(await this.#answer(command, request.body));
  }

  /** A day after the last request, or after the end: removes everything. */
  override async alarm(): Promise<void> {
    // A request is running: it has moved the alarm, or closes the upload.
    if (this.#working > 0) return await this.ctx.storage.setAlarm(Date.now() + UPLOAD_LIFETIME);
    await this.#inTurn(async () => {
      const upload = readUpload(this.ctx.storage);
      if (isOpen(upload)) await this.#deleteObject(upload);
      await this.ctx.storage.deleteAll();
    });
  }

  async #answer(command: SentCommand, body: ReadableStream | null): Promise<UploadOutcome> {
    try {
      if (command.do === 'status') return this.#status();
      this.#interrupt(command);
      return await this.#inTurn(() => this.#run(command, body));
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      await drainRequestBody(body);
      return { ok: false, code: error.code, message: error.message, offset: this.#offset() };
    }
  }

  async #run(command: SentCommand, body: ReadableStream | null): Promise<UploadOutcome> {
    if (command.do === 'append') return await this.#appendChunk(command, body);
    if (command.do === 'complete') return await this.#completeUpload(command, body);
    if (command.do === 'cancel') return await this.#cancelUpload(command);
    return this.#status();
  }

  #status(): UploadOutcome {
    const upload = readUpload(this.ctx.storage);
    if (isEnded(upload)) throw unknown();
    return { ok: true, offset: this.#offset() };
  }

  async #appendChunk(chunk: UploadChunk, body: ReadableStream | null): Promise<UploadOutcome> {
    const upload = this.#open(chunk);
    if (upload.sealed) {
      throw new RegistryError(
        'BLOB_UPLOAD_INVALID',
        'the upload takes no more bytes: PUT its digest',
      );
    }
    const offset = durableBytes(upload);
    if (chunk.start !== null && chunk.start !== offset) {
      throw new RegistryError('UPLOAD_RANGE_INVALID', `the next byte of this upload is ${offset}`);
    }
    await renewAlarm(this.ctx.storage);
    if (body) checkLength(await this.#ingestBody(upload, body, chunk), chunk);
    else writeUpload(this.ctx.storage, upload);
    return { ok: true, offset: this.#offset() };
  }

  async #completeUpload(
    command: SentCommand & { do: 'complete' },
    body: ReadableStream | null,
  ): Promise<UploadOutcome> {
    const { digest, target } = command;
    if (command.again && readUpload(this.ctx.storage) === digest) {
      return { ok: true, offset: 0 };
    }
    if (body !== null || command.start !== null) await this.#appendChunk(command, body);
    const { storage } = this.ctx;
    // The next steps may leave an object in R2, so the alarm must be set.
    await renewAlarm(storage);
    const upload = this.#open(command);
    // After a crash between the row and the end of the upload, the object may have been deleted
    // as a duplicate: a row must not name it again.
    const gone = upload.verified === digest && (await this.#bucket.head(upload.key)) === null;
    if (gone) return await this.#end(unknown());
    const size = durableBytes(upload);
    const object = { digest, key: upload.key, size };
    let published: BlobRecord;
    try {
      await sealUpload(this.#bucket, storage, upload, this.#hash, digest);
      published = await publishInto(openDatabase(this.env.DB), target, object, Date.now());
    } catch (error) {
      const gone = error instanceof RegistryError && error.code === 'BLOB_UPLOAD_UNKNOWN';
      if (gone) await closeUpload(storage);
      throw error;
    }
    await closeUpload(storage, digest);
    return { ok: true, offset: size, published };
  }

  async #cancelUpload({ again }: SentCommand): Promise<UploadOutcome> {
    const upload = readUpload(this.ctx.storage);
    if (isEnded(upload) && upload !== (again && 'ended')) throw unknown();
    if (isOpen(upload)) await this.#deleteObject(upload);
    if (!isEnded(upload)) await closeUpload(this.ctx.storage);
    return { ok: true, offset: 0 };
  }

  async #ingestBody(
    upload: UploadState,
    body: ReadableStream,
    chunk: UploadChunk,
  ): Promise<Ingested> {
    this.#hash = this.#continueHash(upload);
    const { ctx } = this;
    const ingest = new Ingest(this.#bucket, ctx.storage, upload, body, this.#hash);
    this.#ingest = ingest;
    try {
      return await ingest.run(chunk.length ?? Number.POSITIVE_INFINITY);
    } catch (error) {
      ingest.stop();
      throw error;
    } finally {
      this.#ingest = null;
    }
  }

  /** The hash of exactly the durable bytes; null if it was lost. */
  #continueHash(upload: UploadState): UploadHash | null {
    const bytes = durableBytes(upload);
    if (this.#hash?.length === bytes && this.#hash.algorithm === upload.algorithm)
      return this.#hash;
    if (upload.parts > 0) return null;
    const hash = new UploadHash(upload.algorithm);
    for (const piece of readTail(this.ctx.storage)) hash.update(piece);
    return hash;
  }

  /**
   * Stops the request that is reading a body: its client has lost the connection and retries.
   * A chunk that begins after the bytes received so far is not a retry, and stops nothing.
   */
  #interrupt(command: SentCommand): void {
    const ahead = command.do === 'append' && (command.start ?? 0) > (this.#ingest?.position ?? 0);
    if (!ahead) this.#ingest?.stop();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.#working++;
    const result = this.#turn.then(work).finally(() => this.#working--);
    this.#turn = result.catch(() => {});
    return result;
  }

  #open({ algorithm }: UploadChunk): UploadState {
    const upload = readUpload(this.ctx.storage);
    if (isEnded(upload)) throw unknown();
    return (
      upload ?? {
        key: newBlobKey(),
        algorithm,
        multipartId: null,
        parts: 0,
        pieces: 0,
        tailBytes: 0,
        sealed: false,
        verified: null,
      }
    );
  }

  #offset(): number {
    const upload = readUpload(this.ctx.storage);
    return isOpen(upload) ? durableBytes(upload) : 0;
  }

  async #end(error: RegistryError): Promise<never> {
    await closeUpload(this.ctx.storage);
    throw error;
  }

  /** Deletes what the upload has in R2, unless a row names it. */
  async #deleteObject(upload: UploadState): Promise<void> {
    const { key, multipartId, sealed } = upload;
    if (multipartId !== null && !sealed) {
      // R2 may have completed or aborted it before a crash.
      await this.#bucket
        .resumeMultipartUpload(key, multipartId)
        .abort()
        .catch(() => {});
    }
    if (await isKeyNamed(openDatabase(this.env.DB), key)) return;
    await this.#bucket.delete(key);
  }
}

function unknown(): RegistryError {
  return new RegistryError('BLOB_UPLOAD_UNKNOWN');
}

import type { Digest } from '../../domain/digest.ts';
import { ArchiveError } from '../errors.ts';
import { type ArchiveBlob, blobKey } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { type BlobChunk, type BlobReader, openBlobReader } from './blob-reader.ts';
import { computeLayerDigest } from './layer-digest.ts';
import type { PushStateTracker } from './push-state.ts';
import type { PushedBlob } from './pushed-layers.ts';
import type { RemoteRepository } from './remote-repository.ts';
import {
  ChunkedUpload,
  DigestInvalidError,
  UploadNotFoundError,
  UploadOffsetError,
} from './upload.ts';

/**
 * `checking`: the layer's digest is computed, or the registry is asked for it. `exists`: the
 * repository has it. `mounted`: another repository had it.
 */
export type BlobPhase = 'checking' | 'sending' | 'exists' | 'mounted' | 'sent';

/** What the blobs of a push share. */
export interface PushContext {
  readonly repository: RemoteRepository;
  readonly runtime: ArchiveRuntime;
  readonly chunkBytes: number;
  readonly state: PushStateTracker;
  /** Blobs that the registry has for uncompressed layers, by diffId. */
  readonly known: ReadonlyMap<Digest, PushedBlob>;
  /** Reports progress. `done`: bytes of the blob in the archive that are finished. */
  report(blob: ArchiveBlob, phase: BlobPhase, done: number): void;
}

/** Attempts at an upload that the registry loses. */
const MAX_RESTARTS = 3;

/**
 * Makes sure that the repository has a blob, and returns it as pushed.
 * @throws ArchiveError; the signal's reason
 */
export async function pushBlob(context: PushContext, blob: ArchiveBlob): Promise<PushedBlob> {
  context.report(blob, 'checking', 0);
  const known = await findPushedLayer(context, blob);
  if (known) return known;
  const digest =
    blob.compression && !blob.digest
      ? await computeLayerDigest(blob, context.runtime)
      : blob.digest;
  if (digest && (await context.repository.hasBlob(digest))) {
    return finishBlob(context, blob, digest, blob.size, 'exists');
  }
  for (let count = 0; count < MAX_RESTARTS; count++) {
    try {
      return await new BlobUploader(context, blob, digest).run();
    } catch (error) {
      if (!(error instanceof UploadNotFoundError)) throw error;
      context.state.removeUpload(blobKey(blob));
    }
  }
  throw new ArchiveError('UPLOAD_LOST', { blob: blob.path, attempts: MAX_RESTARTS });
}

/** The blob that the registry has for an uncompressed layer, whoever compressed it. */
async function findPushedLayer(
  context: PushContext,
  blob: ArchiveBlob,
): Promise<PushedBlob | null> {
  if (blob.digest || !blob.diffId) return null;
  const known = context.state.findLayer(blob.diffId) ?? context.known.get(blob.diffId);
  if (!known || !(await context.repository.hasBlob(known.digest))) return null;
  context.state.saveLayer(blob.diffId, known);
  context.report(blob, 'exists', blob.size);
  return known;
}

function finishBlob(
  context: PushContext,
  blob: ArchiveBlob,
  digest: Digest,
  size: number,
  phase: 'exists' | 'mounted' | 'sent',
): PushedBlob {
  const pushed = { mediaType: blob.mediaType, digest, size };
  context.state.removeUpload(blobKey(blob));
  if (blob.diffId) context.state.saveLayer(blob.diffId, pushed);
  context.report(blob, phase, blob.size);
  return pushed;
}

/** Uploads a blob, from its start or from where an earlier push stopped. */
class BlobUploader {
  readonly #context: PushContext;
  readonly #blob: ArchiveBlob;
  /** Null for an uncompressed layer: its digest is known only once it is compressed. */
  readonly #digest: Digest | null;
  /** What reads the blob; it is closed however the upload ends. */
  #reader: BlobReader | null = null;
  #resumed = false;

  constructor(context: PushContext, blob: ArchiveBlob, digest: Digest | null) {
    this.#context = context;
    this.#blob = blob;
    this.#digest = digest;
  }

  async run(): Promise<PushedBlob> {
    try {
      return await this.#upload();
    } finally {
      this.#reader?.close();
    }
  }

  async #upload(): Promise<PushedBlob> {
    const { repository, state } = this.#context;
    const unfinished = state.findUpload(blobKey(this.#blob));
    if (unfinished) {
      this.#resumed = true;
      const upload = await ChunkedUpload.resume(repository, unfinished.location);
      return await this.#sendAll(upload);
    }
    const reader = await this.#open();
    const first = await reader.readChunk(this.#context.chunkBytes);
    if (first.last) return await this.#sendWhole(reader, first);
    const location = await repository.beginUpload(this.#digest);
    if (location === null) {
      return this.#finishBlob(this.#digest ?? reader.digest(), this.#blob.size, 'mounted');
    }
    return await this.#sendAll(new ChunkedUpload(repository, location), reader, first);
  }

  /** Opens the blob at its start, and closes what read it before. */
  async #open(): Promise<BlobReader> {
    this.#reader?.close();
    this.#reader = await openBlobReader(this.#blob, this.#digest, this.#context.runtime);
    return this.#reader;
  }

  /** A blob of one chunk: its digest is known by now, so one PUT is enough. */
  async #sendWhole(reader: BlobReader, chunk: BlobChunk): Promise<PushedBlob> {
    const { repository } = this.#context;
    const digest = reader.digest();
    if (this.#digest === null && (await repository.hasBlob(digest))) {
      return this.#finishBlob(digest, chunk.end, 'exists');
    }
    const location = await repository.beginUpload(digest);
    if (location === null) return this.#finishBlob(digest, chunk.end, 'mounted');
    this.#context.report(this.#blob, 'sending', 0);
    await this.#complete(new ChunkedUpload(repository, location), digest, chunk);
    return this.#finishBlob(digest, chunk.end, 'sent');
  }

  /** Sends chunk after chunk. If the registry has lost bytes, it reads the blob again. */
  async #sendAll(
    upload: ChunkedUpload,
    reader?: BlobReader,
    first?: BlobChunk,
  ): Promise<PushedBlob> {
    let [current, chunk] = [reader ?? (await this.#open()), first];
    for (;;) {
      if (!chunk) await current.skipTo(upload.offset);
      chunk ??= await current.readChunk(this.#context.chunkBytes);
      if (await this.#sendChunk(upload, current, chunk)) {
        if (chunk.last) return await this.#verifyAndComplete(upload, current, chunk.end);
      } else {
        current = await this.#open();
      }
      chunk = undefined;
    }
  }

  /** False if the registry needs bytes from before this chunk. */
  async #sendChunk(upload: ChunkedUpload, reader: BlobReader, chunk: BlobChunk): Promise<boolean> {
    this.#context.state.saveUpload(blobKey(this.#blob), upload);
    try {
      await upload.send(chunk);
    } catch (error) {
      if (error instanceof UploadOffsetError) return false;
      throw error;
    }
    this.#context.state.saveUpload(blobKey(this.#blob), upload);
    this.#context.report(this.#blob, 'sending', reader.bytesRead);
    return true;
  }

  async #verifyAndComplete(
    upload: ChunkedUpload,
    reader: BlobReader,
    size: number,
  ): Promise<PushedBlob> {
    let digest: Digest;
    try {
      digest = reader.digest();
    } catch (error) {
      this.#context.state.removeUpload(blobKey(this.#blob));
      await upload.cancel();
      throw error;
    }
    await this.#complete(upload, digest);
    return this.#finishBlob(digest, size, 'sent');
  }

  /** A resumed upload may not match: another runtime version may compress differently. */
  async #complete(
    upload: ChunkedUpload,
    digest: Digest,
    whole: BlobChunk | null = null,
  ): Promise<void> {
    try {
      await upload.complete(digest, whole);
    } catch (error) {
      if (!(error instanceof DigestInvalidError)) throw error;
      if (this.#resumed) throw new UploadNotFoundError();
      const detail = {
        path: this.#blob.path,
        expected: digest,
        found: 'another one in the registry',
      };
      throw new ArchiveError('DIGEST_MISMATCH', detail);
    }
  }

  #finishBlob(digest: Digest, size: number, phase: 'exists' | 'mounted' | 'sent'): PushedBlob {
    return finishBlob(this.#context, this.#blob, digest, size, phase);
  }
}

import type { Digest } from '../../domain/digest.ts';
import { ArchiveError } from '../errors.ts';
import type { BlobChunk } from './blob-reader.ts';
import {
  discardBody,
  isRetryableFailure,
  type RemoteRepository,
  type RetryableFailure,
  readErrorMessage,
} from './remote-repository.ts';
import type { RetryBudget } from './retry.ts';

/** The registry does not know the upload any more: it has to begin again. */
export class UploadNotFoundError extends Error {
  override readonly name = 'UploadNotFoundError';
}

/** The registry has fewer bytes than were sent before this chunk: `offset` is how many. */
export class UploadOffsetError extends Error {
  override readonly name = 'UploadOffsetError';
  readonly offset: number;

  constructor(offset: number) {
    super(`the registry has ${offset} bytes`);
    this.offset = offset;
  }
}

/** The registry says that what it got has another digest. */
export class DigestInvalidError extends Error {
  override readonly name = 'DigestInvalidError';
}

/** Below this no proxy's limit is worth a try. Bytes. */
const MIN_PIECE_BYTES = 1024 * 1024;

/**
 * One upload in chunks: `location` and `offset` are all there is to continue it, even from
 * another process.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 */
export class ChunkedUpload {
  readonly #repository: RemoteRepository;
  readonly #retryBudget: RetryBudget;
  #pieceBytes = Number.MAX_SAFE_INTEGER;
  location: string;
  /** Bytes the registry has. */
  offset = 0;

  constructor(repository: RemoteRepository, location: string) {
    this.#repository = repository;
    this.#retryBudget = repository.createRetryBudget();
    this.location = location;
  }

  /** @throws UploadGone */
  static async resume(repository: RemoteRepository, location: string): Promise<ChunkedUpload> {
    const upload = new ChunkedUpload(repository, location);
    await upload.#fetchOffset();
    return upload;
  }

  /**
   * Sends a chunk, or what the registry does not have of it, to its end. A lost connection is
   * taken up where the registry says; a proxy that refuses the size gets smaller pieces.
   * @throws UploadGone, UploadBehind, ArchiveError
   */
  async send(chunk: BlobChunk): Promise<void> {
    while (this.offset < chunk.end) {
      if (this.offset < chunk.start) throw new UploadOffsetError(this.offset);
      await this.#sendPiece(chunk, Math.min(chunk.end, this.offset + this.#pieceBytes));
    }
  }

  async #sendPiece(chunk: BlobChunk, end: number): Promise<void> {
    const start = this.offset;
    const response = await this.#repository.request({
      method: 'PATCH',
      path: this.location,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${start}-${end - 1}`,
      },
      body: chunk.part(start, end),
    });
    if (isRetryableFailure(response)) {
      await this.#retryBudget.wait(response.reason, response.retryAfter);
      // Some proxies cut a body that is too long off instead of answering 413.
      if (this.#retryBudget.failures > 1) this.#limitPieceSize(end - start);
      return await this.#fetchOffset();
    }
    if (response.status === 413) return await this.#reducePieceSize(response, end - start);
    if (response.status === 416) return await this.#resynchronize(response);
    if (response.status === 404) throw new UploadNotFoundError();
    if (response.status !== 202) throw await this.#repository.toError(response);
    await this.#updateLocation(response);
    this.offset = end;
    this.#retryBudget.reset();
  }

  /** The registry itself says what is wrong; a proxy's own page means the size of the request. */
  async #reducePieceSize(response: Response, size: number): Promise<void> {
    const reason = await readErrorMessage(response);
    if (reason !== null) throw new ArchiveError('REGISTRY_REFUSED', { status: 413, reason });
    if (size <= MIN_PIECE_BYTES) throw new ArchiveError('BODY_TOO_LARGE', { size });
    this.#limitPieceSize(size);
  }

  #limitPieceSize(size: number): void {
    this.#pieceBytes = Math.max(Math.floor(size / 2), MIN_PIECE_BYTES);
  }

  /** The chunk does not fit on: the answer says what does. */
  async #resynchronize(response: Response): Promise<void> {
    const before = this.offset;
    await this.#updateLocation(response);
    this.offset = readOffset(response);
    if (this.offset <= before) await this.#retryBudget.wait('the registry refuses the next chunk');
  }

  async #fetchOffset(): Promise<void> {
    const response = await this.#repository.requestWithRetry(
      { method: 'GET', path: this.location },
      this.#retryBudget,
    );
    if (response.status === 404) throw new UploadNotFoundError();
    if (response.status !== 204) throw await this.#repository.toError(response);
    await this.#updateLocation(response);
    this.offset = readOffset(response);
  }

  /**
   * Ends the upload with its digest, and with its bytes where no chunk of them was sent before.
   * @throws UploadGone, DigestRefused, ArchiveError
   */
  async complete(digest: Digest, whole: BlobChunk | null = null): Promise<void> {
    const body = whole?.part(whole.start, whole.end) ?? null;
    const path = `${this.location}${this.location.includes('?') ? '&' : '?'}${new URLSearchParams({ digest })}`;
    const headers = { 'content-type': 'application/octet-stream' };
    const response = await this.#repository.request({ method: 'PUT', path, headers, body });
    if (isRetryableFailure(response)) return await this.#retryComplete(digest, whole, response);
    if (response.status === 201) return await discardBody(response);
    if (response.status === 400) throw await this.#toDigestError(response);
    if (response.status === 413 && whole) {
      await this.#reducePieceSize(response, whole.end);
      await this.send(whole);
      return await this.complete(digest);
    }
    if (response.status !== 404 && response.status !== 416)
      throw await this.#repository.toError(response);
    // The answer to an earlier attempt may have been lost, not its work.
    if (!(await this.#repository.hasBlob(digest))) throw new UploadNotFoundError();
  }

  async #retryComplete(
    digest: Digest,
    whole: BlobChunk | null,
    failure: RetryableFailure,
  ): Promise<void> {
    await this.#retryBudget.wait(failure.reason, failure.retryAfter);
    if (await this.#repository.hasBlob(digest)) return;
    if (whole) throw new UploadNotFoundError();
    await this.#fetchOffset();
    await this.complete(digest);
  }

  async #toDigestError(response: Response): Promise<Error> {
    const copy = response.clone();
    const isDigest = (await copy.text()).includes('DIGEST_INVALID');
    return isDigest ? new DigestInvalidError() : await this.#repository.toError(response);
  }

  /** Tells the registry that nothing more comes; it would find out by itself. */
  async cancel(): Promise<void> {
    const response = await this.#repository.request({ method: 'DELETE', path: this.location });
    if (!isRetryableFailure(response)) await discardBody(response);
  }

  async #updateLocation(response: Response): Promise<void> {
    await discardBody(response);
    this.location = response.headers.get('location') ?? this.location;
  }
}

/** `0-N`; a registry says `0-0` also of an upload without bytes. */
function readOffset(response: Response): number {
  const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(response.headers.get('range') ?? '')?.[1] ?? 0);
  return last === 0 ? 0 : last + 1;
}

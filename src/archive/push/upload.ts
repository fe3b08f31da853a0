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

/** The registry no longer has the upload: it has to begin again. */
export class UploadNotFoundError extends Error {
  override readonly name = 'UploadNotFoundError';
}

/** The registry has only `offset` bytes: fewer than were sent before this chunk. */
export class UploadOffsetError extends Error {
  override readonly name = 'UploadOffsetError';
  readonly offset: number;

  constructor(offset: number) {
    super(`the registry has ${offset} bytes`);
    this.offset = offset;
  }
}

/** The registry received content that does not match the digest. */
export class DigestInvalidError extends Error {
  override readonly name = 'DigestInvalidError';
}

/** Requests are not made smaller than this, in bytes. */
const MIN_PIECE_BYTES = 1024 * 1024;

/**
 * An upload in chunks. `location` and `offset` are all that another process needs to continue
 * it.
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

  /** @throws UploadNotFoundError */
  static async resume(repository: RemoteRepository, location: string): Promise<ChunkedUpload> {
    const upload = new ChunkedUpload(repository, location);
    await upload.#fetchOffset();
    return upload;
  }

  /**
   * Sends what the registry does not have of a chunk. After a lost connection it continues at the
   * registry's offset; if a proxy refuses the size, it sends smaller pieces.
   * @throws UploadNotFoundError, UploadOffsetError, ArchiveError
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
      // Some proxies close the connection on a large body instead of responding 413.
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

  /** A 413 of the registry itself is final; one of a proxy is about the size of the request. */
  async #reducePieceSize(response: Response, size: number): Promise<void> {
    const reason = await readErrorMessage(response);
    if (reason !== null) throw new ArchiveError('REGISTRY_REFUSED', { status: 413, reason });
    if (size <= MIN_PIECE_BYTES) throw new ArchiveError('BODY_TOO_LARGE', { size });
    this.#limitPieceSize(size);
  }

  #limitPieceSize(size: number): void {
    this.#pieceBytes = Math.max(Math.floor(size / 2), MIN_PIECE_BYTES);
  }

  /** The chunk does not start at the registry's offset, which the response names. */
  async #resynchronize(response: Response): Promise<void> {
    const before = this.offset;
    await this.#updateLocation(response);
    this.offset = readOffset(response);
    if (this.offset <= before) await this.#retryBudget.wait('the registry refused the next chunk');
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
   * Completes the upload with its digest, and with its bytes if none were sent before.
   * @throws UploadNotFoundError, DigestInvalidError, ArchiveError
   */
  async complete(digest: Digest, whole: BlobChunk | null = null): Promise<void> {
    const body = whole?.part(whole.start, whole.end) ?? null;
    const separator = this.location.includes('?') ? '&' : '?';
    const path = `${this.location}${separator}${new URLSearchParams({ digest })}`;
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
    // An earlier attempt may have succeeded although its response was lost.
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

  /** Cancels the upload. On failure nothing is done: the registry cancels it after a time. */
  async cancel(): Promise<void> {
    const response = await this.#repository.request({ method: 'DELETE', path: this.location });
    if (!isRetryableFailure(response)) await discardBody(response);
  }

  async #updateLocation(response: Response): Promise<void> {
    await discardBody(response);
    this.location = response.headers.get('location') ?? this.location;
  }
}

/** Parses `0-N`. Registries also send `0-0` for an upload without bytes. */
function readOffset(response: Response): number {
  const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(response.headers.get('range') ?? '')?.[1] ?? 0);
  return last === 0 ? 0 : last + 1;
}

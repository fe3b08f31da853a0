import type { Digest } from '../../domain/digest.ts';
import { ArchiveError } from '../errors.ts';
import type { Chunk } from './blob-reader.ts';
import {
  drop,
  type Failure,
  isFailure,
  type RemoteRepository,
  readEnvelope,
} from './remote-repository.ts';
import type { Patience } from './retry.ts';

/** The registry does not know the upload any more: it has to begin again. */
export class UploadGone extends Error {}

/** The registry has fewer bytes than were sent before this chunk: `offset` is how many. */
export class UploadBehind extends Error {
  readonly offset: number;

  constructor(offset: number) {
    super(`the registry has ${offset} bytes`);
    this.offset = offset;
  }
}

/** The registry says that what it got has another digest. */
export class DigestRefused extends Error {}

/** Below this no proxy's limit is worth a try. Bytes. */
const MIN_PIECE = 1024 * 1024;

/**
 * One upload in chunks: `location` and `offset` are all there is to continue it, even from
 * another process.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 */
export class Upload {
  readonly #repository: RemoteRepository;
  readonly #patience: Patience;
  #pieceBytes = Number.MAX_SAFE_INTEGER;
  location: string;
  /** Bytes the registry has. */
  offset = 0;

  constructor(repository: RemoteRepository, location: string) {
    this.#repository = repository;
    this.#patience = repository.patience();
    this.location = location;
  }

  /** @throws UploadGone */
  static async resume(repository: RemoteRepository, location: string): Promise<Upload> {
    const upload = new Upload(repository, location);
    await upload.#locate();
    return upload;
  }

  /**
   * Sends a chunk, or what the registry does not have of it, to its end. A lost connection is
   * taken up where the registry says; a proxy that refuses the size gets smaller pieces.
   * @throws UploadGone, UploadBehind, ArchiveError
   */
  async send(chunk: Chunk): Promise<void> {
    while (this.offset < chunk.end) {
      if (this.offset < chunk.start) throw new UploadBehind(this.offset);
      await this.#sendPiece(chunk, Math.min(chunk.end, this.offset + this.#pieceBytes));
    }
  }

  async #sendPiece(chunk: Chunk, end: number): Promise<void> {
    const start = this.offset;
    const answer = await this.#repository.attempt({
      method: 'PATCH',
      path: this.location,
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${start}-${end - 1}`,
      },
      body: chunk.part(start, end),
    });
    if (isFailure(answer)) {
      await this.#patience.wait(answer.reason, answer.seconds);
      // Some proxies cut a body that is too long off instead of answering 413.
      if (this.#patience.failures > 1) this.#shrink(end - start);
      return await this.#locate();
    }
    if (answer.status === 413) return await this.#makeSmaller(answer, end - start);
    if (answer.status === 416) return await this.#relocate(answer);
    if (answer.status === 404) throw new UploadGone();
    if (answer.status !== 202) throw await this.#repository.refusal(answer);
    await this.#follow(answer);
    this.offset = end;
    this.#patience.renew();
  }

  /** The registry itself says what is wrong; a proxy's own page means the size of the request. */
  async #makeSmaller(answer: Response, size: number): Promise<void> {
    const reason = await readEnvelope(answer);
    if (reason !== null) throw new ArchiveError('REGISTRY_REFUSED', { status: 413, reason });
    if (size <= MIN_PIECE) throw new ArchiveError('BODY_TOO_LARGE', { size });
    this.#shrink(size);
  }

  #shrink(size: number): void {
    this.#pieceBytes = Math.max(Math.floor(size / 2), MIN_PIECE);
  }

  /** The chunk does not fit on: the answer says what does. */
  async #relocate(answer: Response): Promise<void> {
    const before = this.offset;
    await this.#follow(answer);
    this.offset = readOffset(answer);
    if (this.offset <= before) await this.#patience.wait('the registry refuses the next chunk');
  }

  async #locate(): Promise<void> {
    const answer = await this.#repository.ask(
      { method: 'GET', path: this.location },
      this.#patience,
    );
    if (answer.status === 404) throw new UploadGone();
    if (answer.status !== 204) throw await this.#repository.refusal(answer);
    await this.#follow(answer);
    this.offset = readOffset(answer);
  }

  /**
   * Ends the upload with its digest, and with its bytes where no chunk of them was sent before.
   * @throws UploadGone, DigestRefused, ArchiveError
   */
  async finish(digest: Digest, whole: Chunk | null = null): Promise<void> {
    const body = whole?.part(whole.start, whole.end) ?? null;
    const path = `${this.location}${this.location.includes('?') ? '&' : '?'}${new URLSearchParams({ digest })}`;
    const headers = { 'content-type': 'application/octet-stream' };
    const answer = await this.#repository.attempt({ method: 'PUT', path, headers, body });
    if (isFailure(answer)) return await this.#finishAgain(digest, whole, answer);
    if (answer.status === 201) return await drop(answer);
    if (answer.status === 400) throw await this.#judge(answer);
    if (answer.status === 413 && whole) {
      await this.#makeSmaller(answer, whole.end);
      await this.send(whole);
      return await this.finish(digest);
    }
    if (answer.status !== 404 && answer.status !== 416)
      throw await this.#repository.refusal(answer);
    // The answer to an earlier attempt may have been lost, not its work.
    if (!(await this.#repository.hasBlob(digest))) throw new UploadGone();
  }

  async #finishAgain(digest: Digest, whole: Chunk | null, failure: Failure): Promise<void> {
    await this.#patience.wait(failure.reason, failure.seconds);
    if (await this.#repository.hasBlob(digest)) return;
    if (whole) throw new UploadGone();
    await this.#locate();
    await this.finish(digest);
  }

  async #judge(answer: Response): Promise<Error> {
    const copy = answer.clone();
    const isDigest = (await copy.text()).includes('DIGEST_INVALID');
    return isDigest ? new DigestRefused() : await this.#repository.refusal(answer);
  }

  /** Tells the registry that nothing more comes; it would find out by itself. */
  async cancel(): Promise<void> {
    const answer = await this.#repository.attempt({ method: 'DELETE', path: this.location });
    if (!isFailure(answer)) await drop(answer);
  }

  async #follow(answer: Response): Promise<void> {
    await drop(answer);
    this.location = answer.headers.get('location') ?? this.location;
  }
}

/** `0-N`; a registry says `0-0` also of an upload without bytes. */
function readOffset(answer: Response): number {
  const last = Number(/^(?:bytes=)?0-(\d+)$/.exec(answer.headers.get('range') ?? '')?.[1] ?? 0);
  return last === 0 ? 0 : last + 1;
}

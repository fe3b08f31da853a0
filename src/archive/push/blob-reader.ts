import { type Digest, digestAlgorithm, digestOf } from '../../domain/digest.ts';
import { compressGzip } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveBlob } from '../images.ts';
import type { ArchiveRuntime, IncrementalHash } from '../runtime.ts';
import { ByteReader, pullStream } from '../streams.ts';

/** Consecutive bytes of a blob that is pushed. `end` is exclusive. */
export interface BlobChunk {
  readonly start: number;
  readonly end: number;
  /** Whether it ends the blob. */
  readonly last: boolean;
  /** The bytes between two offsets of the blob, both inside the chunk. */
  part(start: number, end: number): BodyInit;
}

/** Reads a blob in order, as it is sent to the registry, and hashes it on the way. */
export interface BlobReader {
  /** Bytes read from the archive so far. */
  readonly bytesRead: number;
  /** The next `size` bytes, fewer at the end. The chunk is valid until the next call. */
  readChunk(size: number): Promise<BlobChunk>;
  /** Skips to an offset of the blob as it is sent. */
  skipTo(offset: number): Promise<void>;
  /**
   * The digest of the blob; call it once, after the last chunk was read.
   * @throws ArchiveError DIGEST_MISMATCH if the archive names another
   */
  digest(): Digest;
  /** Stops reading the archive. */
  close(): void;
}

/**
 * Opens a blob.
 * @param digest null for an uncompressed layer, which is sent as gzip
 */
export async function openBlobReader(
  blob: ArchiveBlob,
  digest: Digest | null,
  runtime: ArchiveRuntime,
): Promise<BlobReader> {
  const hash = await runtime.createHash(digest ? digestAlgorithm(digest) : 'sha256');
  if (digest === null) return await GzipBlobReader.open(blob, hash, runtime);
  return new StoredBlobReader(blob, digest, hash);
}

/** Reads a blob as it is stored, as slices of the file where the source has them. */
class StoredBlobReader implements BlobReader {
  readonly #blob: ArchiveBlob;
  readonly #expected: Digest;
  readonly #hash: IncrementalHash;
  readonly #buffer = new ChunkBuffer();
  #reader: ByteReader | null = null;
  bytesRead = 0;

  constructor(blob: ArchiveBlob, digest: Digest, hash: IncrementalHash) {
    this.#blob = blob;
    this.#expected = digest;
    this.#hash = hash;
  }

  async readChunk(size: number): Promise<BlobChunk> {
    const { content } = this.#blob;
    const start = this.bytesRead;
    const end = Math.min(start + size, content.size);
    const slice = content.slice(start, end);
    const last = end === content.size;
    if (slice === null) {
      const bytes = await this.#buffer.fill(this.#open(start), end - start);
      this.#hash.update(bytes);
      this.bytesRead = end;
      return chunkOf(start, bytes, last);
    }
    await this.skipTo(end);
    return { start, end, last, part: (from, to) => slice.slice(from - start, to - start) };
  }

  async skipTo(offset: number): Promise<void> {
    const end = Math.min(offset, this.#blob.content.size);
    const reader = this.#open(this.bytesRead);
    await reader.skip(end - this.bytesRead, (bytes) => this.#hash.update(bytes));
    this.bytesRead = end;
  }

  #open(start: number): ByteReader {
    this.#reader ??= new ByteReader(this.#blob.content.read(start));
    return this.#reader;
  }

  digest(): Digest {
    return checkDigest(this.#blob, this.#expected, this.#hash);
  }

  close(): void {
    this.#reader?.cancel();
  }
}

/** Compresses a layer with gzip, and checks its diffId. */
class GzipBlobReader implements BlobReader {
  readonly #blob: ArchiveBlob;
  readonly #hash: IncrementalHash;
  readonly #diffHash: IncrementalHash;
  readonly #reader: ByteReader;
  readonly #buffer = new ChunkBuffer();
  bytesRead = 0;

  static async open(blob: ArchiveBlob, hash: IncrementalHash, runtime: ArchiveRuntime) {
    const algorithm = blob.diffId ? digestAlgorithm(blob.diffId) : 'sha256';
    return new GzipBlobReader(blob, hash, await runtime.createHash(algorithm));
  }

  private constructor(blob: ArchiveBlob, hash: IncrementalHash, diffHash: IncrementalHash) {
    this.#blob = blob;
    this.#hash = hash;
    this.#diffHash = diffHash;
    const reader = new ByteReader(blob.content.read());
    const watched = pullStream(
      async () => {
        const bytes = await reader.readSome(Number.POSITIVE_INFINITY);
        if (bytes !== null) diffHash.update(bytes);
        this.bytesRead = reader.position;
        return bytes;
      },
      () => reader.cancel(),
    );
    this.#reader = new ByteReader(compressGzip(watched));
  }

  async readChunk(size: number): Promise<BlobChunk> {
    const start = this.#reader.position;
    const bytes = await this.#buffer.fill(this.#reader, size);
    this.#hash.update(bytes);
    return chunkOf(start, bytes, bytes.length < size);
  }

  async skipTo(offset: number): Promise<void> {
    const reader = this.#reader;
    await reader.skip(offset - reader.position, (bytes) => this.#hash.update(bytes));
  }

  digest(): Digest {
    if (this.#blob.diffId) checkDigest(this.#blob, this.#blob.diffId, this.#diffHash);
    return digestOf('sha256', this.#hash.hex());
  }

  close(): void {
    this.#reader.cancel();
  }
}

/** One buffer for all chunks of a blob, as large as the largest of them. */
class ChunkBuffer {
  #bytes = new Uint8Array(0);

  async fill(reader: ByteReader, size: number): Promise<Uint8Array> {
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    const into = this.#bytes.subarray(0, size);
    return into.subarray(0, await reader.fill(into));
  }
}

function chunkOf(start: number, bytes: Uint8Array, last: boolean): BlobChunk {
  const part = (from: number, to: number) => bytes.subarray(from - start, to - start) as BodyInit;
  return { start, end: start + bytes.length, last, part };
}

function checkDigest({ path }: ArchiveBlob, expected: Digest, hash: IncrementalHash): Digest {
  const found = digestOf(digestAlgorithm(expected), hash.hex());
  if (found !== expected) throw new ArchiveError('DIGEST_MISMATCH', { path, expected, found });
  return found;
}

import type { DigestAlgorithm } from '../domain/digest.ts';

/** A hash of bytes that come piece by piece. */
export interface IncrementalHash {
  update(bytes: Uint8Array): void;
  /** Lower-case hex of all bytes so far; ends the hash. */
  hex(): string;
}

/** What differs between a browser and Node, and is handed to the engine. */
export interface ArchiveRuntime {
  createHash(algorithm: DigestAlgorithm): Promise<IncrementalHash>;
  /** Unpacks zstd; null where this runtime cannot. */
  readonly decompressZstd: (() => BytesTransform) | null;
}

/** A stream of bytes on its way through something. */
export interface BytesTransform {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

import type { DigestAlgorithm } from '../domain/digest.ts';

/** A hash that is fed piece by piece. */
export interface IncrementalHash {
  update(bytes: Uint8Array): void;
  /** Ends the hash and returns it in lower-case hex. */
  hex(): string;
}

/** Opens bytes at their start, each time as a new stream. */
export type OpenBytes = () => ReadableStream<Uint8Array>;

/** What browsers, Node and workerd do differently. */
export interface ArchiveRuntime {
  createHash(algorithm: DigestAlgorithm): Promise<IncrementalHash>;
  /**
   * Decompresses gzip of one or more members, with or without zeros after the last. It may open the
   * bytes more than once.
   */
  gunzip(open: OpenBytes): ReadableStream<Uint8Array>;
  /** Decompresses one frame. Null where the runtime does not support zstd. */
  readonly decompressZstd: (() => BytesTransform) | null;
}

/** A TransformStream of bytes. */
export interface BytesTransform {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/**
 * Bytes that can be read more than once: a file, or what a packed file unpacks to. Positions
 * are in bytes; `end` is behind the last one.
 */
export interface Source {
  /** Null until all of it was read once. */
  readonly size: number | null;
  /** Whether reading at any place costs the same. If not, reads should go forward, one at a time. */
  readonly seekable: boolean;
  read(start: number, end: number): ReadableStream<Uint8Array>;
  /** A part as a Blob, where that holds no bytes in memory; else null. */
  slice(start: number, end: number): Blob | null;
}

/** A file the page's user chose. */
export function blobSource(blob: Blob): Source & { readonly size: number } {
  return {
    size: blob.size,
    seekable: true,
    read: (start, end) => blob.slice(start, end).stream() as ReadableStream<Uint8Array>,
    slice: (start, end) => blob.slice(start, end),
  };
}

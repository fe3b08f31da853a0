/**
 * Bytes that can be read more than once: a file, or its decompressed content. Positions are in
 * bytes; `end` is exclusive.
 */
export interface Source {
  /** Bytes; null where it is not known in advance. */
  readonly size: number | null;
  /** Whether reads are random access. If not, read forward, one range at a time. */
  readonly seekable: boolean;
  read(start: number, end: number): ReadableStream<Uint8Array>;
  /** A range as a Blob, if that holds no bytes in memory; else null. */
  slice(start: number, end: number): Blob | null;
}

/** A file chosen in a browser. */
export function blobSource(blob: Blob): Source & { readonly size: number } {
  return {
    size: blob.size,
    seekable: true,
    read: (start, end) => blob.slice(start, end).stream() as ReadableStream<Uint8Array>,
    slice: (start, end) => blob.slice(start, end),
  };
}

import { MAGIC_BYTES } from './compression.ts';
import { ArchiveError } from './errors.ts';
import type { Source } from './source.ts';
import { pullStream, readBytes } from './streams.ts';

/** The bytes of one file of an archive. */
export class FileContent {
  readonly #source: Source | null;
  /** First bytes that are at hand, perhaps all. */
  readonly #prefix: Uint8Array;
  /** Where it begins in the archive. */
  readonly position: number;
  /** Bytes. */
  readonly size: number;

  constructor(
    source: Source | null,
    position: number,
    size: number,
    prefix: Uint8Array = new Uint8Array(0),
  ) {
    this.#source = source;
    this.#prefix = prefix;
    this.position = position;
    this.size = size;
  }

  /** Bytes that are not in the archive, but made from it. */
  static of(bytes: Uint8Array): FileContent {
    return new FileContent(null, 0, bytes.length, bytes);
  }

  /** Whether reading it does not hinder reading another. */
  get seekable(): boolean {
    return this.#source?.seekable ?? true;
  }

  /** Fails with ArchiveError CUT_SHORT where the file has become shorter meanwhile. */
  read(start = 0, end = this.size): ReadableStream<Uint8Array> {
    if (end <= this.#prefix.length || this.#source === null) {
      const bytes = [this.#prefix.subarray(start, end)];
      return pullStream(async () => bytes.pop() ?? null);
    }
    const reader = this.#source.read(this.position + start, this.position + end).getReader();
    let missing = end - start;
    return pullStream(
      async () => {
        const { value } = await reader.read();
        missing -= value?.length ?? 0;
        if (!value && missing > 0) throw new ArchiveError('CUT_SHORT');
        return value ?? null;
      },
      () => void reader.cancel().catch(() => {}),
    );
  }

  /** A part as a Blob that holds no bytes in memory; null where there is no such thing. */
  slice(start: number, end: number): Blob | null {
    return this.#source?.slice(this.position + start, this.position + end) ?? null;
  }

  /** Enough first bytes to tell how it is packed. */
  head(): Promise<Uint8Array> {
    return readBytes(this.read(0, Math.min(this.size, MAGIC_BYTES)));
  }
}

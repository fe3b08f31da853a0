import { MAGIC_BYTES } from './compression.ts';
import { ArchiveError } from './errors.ts';
import type { Source } from './source.ts';
import { pullStream, readBytes } from './streams.ts';

/** The bytes of one file of an archive. */
export class FileContent {
  readonly #source: Source | null;
  /** First bytes of the file that are in memory; perhaps all. */
  readonly #prefix: Uint8Array;
  /** Offset in the archive, in bytes. */
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

  /** Content in memory that the archive does not have as a file. */
  static of(bytes: Uint8Array): FileContent {
    return new FileContent(null, 0, bytes.length, bytes);
  }

  /** Whether several files can be read at once. */
  get seekable(): boolean {
    return this.#source?.seekable ?? true;
  }

  /** The stream fails with ArchiveError CUT_SHORT if the source has become shorter. */
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

  /** A range as a Blob that holds no bytes in memory; null where the source has none. */
  slice(start: number, end: number): Blob | null {
    return this.#source?.slice(this.position + start, this.position + end) ?? null;
  }

  /** The first bytes, enough to recognize a compression. */
  head(): Promise<Uint8Array> {
    return readBytes(this.read(0, Math.min(this.size, MAGIC_BYTES)));
  }
}

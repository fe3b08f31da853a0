import { ArchiveError } from '../errors.ts';
import type { Source } from '../source.ts';
import { ByteReader, pullStream } from '../streams.ts';

/**
 * The content of a compressed archive, which is never stored. A read continues where the last
 * one ended; a read from an earlier offset decompresses again from the start. So memory is
 * bounded, and reading in the archive's order decompresses once.
 */
export class DecompressedSource implements Source {
  readonly size = null;
  readonly seekable = false;
  readonly #open: () => ReadableStream<Uint8Array>;
  /** Positioned where the last read ended. */
  #idle: ByteReader | null = null;

  constructor(open: () => ReadableStream<Uint8Array>) {
    this.#open = open;
  }

  read(start: number, end: number): ReadableStream<Uint8Array> {
    let reader: ByteReader | null = null;
    return pullStream(
      async () => {
        reader ??= await this.#openAt(start);
        const bytes = reader.position < end ? await reader.readSome(end - reader.position) : null;
        if (reader.position >= end) this.#idle = reader;
        return bytes;
      },
      () => reader?.cancel(),
    );
  }

  slice(): null {
    return null;
  }

  async #openAt(start: number): Promise<ByteReader> {
    const idle = this.#idle;
    this.#idle = null;
    if (idle && idle.position > start) idle.cancel();
    const reader = idle && idle.position <= start ? idle : new ByteReader(this.#open());
    const distance = start - reader.position;
    if ((await reader.skip(distance)) < distance) throw new ArchiveError('CUT_SHORT');
    return reader;
  }
}

import type { Source } from '../source.ts';
import { ByteReader, readBytes } from '../streams.ts';

/** A position in a source that only moves forward. */
export interface TarCursor {
  readonly position: number;
  /** The next `size` bytes, fewer only at the end. */
  read(size: number): Promise<Uint8Array>;
  /** Skips `size` bytes, fewer only at the end. */
  skip(size: number): Promise<unknown>;
}

/** Opens a cursor, which skips without reading if the source is seekable. */
export function openCursor(source: Source): TarCursor {
  if (source.seekable && source.size !== null) return new SeekingCursor(source, source.size);
  return new ByteReader(source.read(0, Number.MAX_SAFE_INTEGER));
}

class SeekingCursor implements TarCursor {
  readonly #source: Source;
  readonly #size: number;
  position = 0;

  constructor(source: Source, size: number) {
    this.#source = source;
    this.#size = size;
  }

  async read(size: number): Promise<Uint8Array> {
    const end = Math.min(this.position + size, this.#size);
    const bytes = await readBytes(this.#source.read(this.position, end));
    this.position += bytes.length;
    return bytes;
  }

  async skip(size: number): Promise<void> {
    this.position = Math.min(this.position + size, this.#size);
  }
}

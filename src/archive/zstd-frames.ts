import { ArchiveError } from './errors.ts';
import type { BytesTransform } from './runtime.ts';
import { ByteReader, pullStream } from './streams.ts';

/**
 * Decompresses all frames of a zstd stream. Decoders of runtimes end at the first frame (that of
 * Node then drops the others without an error), so each frame gets its own. Frames that are to be
 * skipped, such as the index of zstd:chunked, and zeros at the end are not passed on.
 * https://www.rfc-editor.org/rfc/rfc8878#section-3.1
 */
export function decompressFrames(
  compressed: ReadableStream<Uint8Array>,
  openDecoder: () => BytesTransform,
): ReadableStream<Uint8Array> {
  const input = new ByteReader(compressed);
  let frame: Frame | null = null;
  return pullStream(
    async () => {
      for (;;) {
        if (frame === null) {
          const magic = await findFrame(input);
          if (magic === null) return null;
          frame = new Frame(input, magic, openDecoder());
        }
        const bytes = await frame.read();
        if (bytes !== null) return bytes;
        frame = null;
      }
    },
    () => {
      frame?.cancel();
      input.cancel();
    },
  );
}

/** A frame that is being decompressed. */
class Frame {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #written: Promise<void>;
  /** Why no more is written: the decoder's own error then means nothing. */
  #failure: unknown = null;

  constructor(input: ByteReader, magic: Uint8Array, { readable, writable }: BytesTransform) {
    this.#reader = readable.getReader();
    const writer = writable.getWriter();
    this.#written = writeFrame(input, magic, writer).catch((error) => {
      this.#failure = error;
      writer.abort(error).catch(() => {});
    });
  }

  /** The next decompressed bytes; null at the end of the frame. */
  async read(): Promise<Uint8Array | null> {
    // A decoder that fails may leave what is being written to it waiting.
    const { value } = await this.#reader.read().catch((error: unknown) => {
      throw this.#failure ?? error;
    });
    if (value) return value;
    await this.#written;
    if (this.#failure !== null) throw this.#failure;
    return null;
  }

  cancel(): void {
    this.#reader.cancel().catch(() => {});
  }
}

async function writeFrame(
  input: ByteReader,
  magic: Uint8Array,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  await writer.write(magic);
  const { rest, hasChecksum } = await readFrameHeader(input);
  await writer.write(rest);
  for (let last = false; !last; ) {
    const header = await readExactly(input, BLOCK_HEADER_BYTES);
    const block = parseBlockHeader(header);
    last = block.last;
    await writer.write(header);
    await copyExactly(input, block.size, writer);
  }
  if (hasChecksum) await copyExactly(input, CHECKSUM_BYTES, writer);
  await writer.close();
}

const MAGIC_BYTES = 4;
const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;

/** Reads the magic number of the next frame, past those to skip; null at the end. */
async function findFrame(input: ByteReader): Promise<Uint8Array | null> {
  for (;;) {
    const magic = await input.read(MAGIC_BYTES);
    if (magic.every((byte) => byte === 0)) return await checkZeros(input);
    if (magic.length < MAGIC_BYTES) throw new ArchiveError('CUT_SHORT');
    const number = readUint32(magic);
    if (number === MAGIC) return magic;
    if ((number & 0xfffffff0) !== SKIPPABLE) throw new Error('not a frame of zstd');
    const size = readUint32(await readExactly(input, 4));
    if ((await input.skip(size)) < size) throw new ArchiveError('CUT_SHORT');
  }
}

/** Only zeros, as on tapes, may follow the last frame. */
async function checkZeros(input: ByteReader): Promise<null> {
  await input.skip(Number.POSITIVE_INFINITY, (bytes) => {
    if (bytes.some((byte) => byte !== 0)) throw new Error('not a frame of zstd');
  });
  return null;
}

/** The header after its magic number: which of its fields there are is in the first byte. */
async function readFrameHeader(input: ByteReader) {
  const first = await readExactly(input, 1);
  const descriptor = first[0] ?? 0;
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag;
  const fields = await readExactly(input, Number(!isSingleSegment) + dictionaryBytes + sizeBytes);
  const rest = new Uint8Array([descriptor, ...fields]);
  return { rest, hasChecksum: (descriptor & 4) !== 0 };
}

/** A block of type 1 repeats one byte; its size is that of the decompressed block. */
function parseBlockHeader(header: Uint8Array): { readonly last: boolean; readonly size: number } {
  const [low = 0, middle = 0, high = 0] = header;
  const value = low | (middle << 8) | (high << 16);
  const isRepeated = ((value >> 1) & 3) === 1;
  return { last: (value & 1) === 1, size: isRepeated ? 1 : value >> 3 };
}

function readUint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

async function readExactly(input: ByteReader, size: number): Promise<Uint8Array> {
  const bytes = await input.read(size);
  if (bytes.length < size) throw new ArchiveError('CUT_SHORT');
  return bytes;
}

async function copyExactly(
  input: ByteReader,
  size: number,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  for (let left = size; left > 0; ) {
    const bytes = await input.readSome(left);
    if (bytes === null) throw new ArchiveError('CUT_SHORT');
    await writer.write(bytes);
    left -= bytes.length;
  }
}

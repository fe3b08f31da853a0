import { ArchiveError } from './errors.ts';
import type { ArchiveRuntime, BytesTransform } from './runtime.ts';
import { pullStream, startsWith } from './streams.ts';

/** How bytes are packed. */
export type Compression = 'gzip' | 'zstd';

/** Bytes needed to tell. */
export const MAGIC_BYTES = 4;

/** What the first bytes of a file say of its packing; null for none. */
export function findCompression(head: Uint8Array): Compression | null {
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  return null;
}

/** A packed stream may unpack to so many times its size, once it has given FREE_BYTES. */
const MAX_RATIO = 250;
const UNCHECKED_BYTES = 256 * 1024 * 1024;

/**
 * Unpacks a stream with memory that does not depend on its size.
 * The stream fails with ArchiveError CUT_SHORT, DAMAGED or UNPACKS_TOO_LARGE.
 * @throws ArchiveError ZSTD_UNSUPPORTED
 */
export function decompress(
  compressed: ReadableStream<Uint8Array>,
  compression: Compression,
  runtime: ArchiveRuntime,
): ReadableStream<Uint8Array> {
  const counted = { compressed: 0, decompressed: 0 };
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      counted.compressed += bytes.length;
      controller.enqueue(bytes);
    },
  });
  const decompressed = compressed
    .pipeThrough(counter)
    .pipeThrough(openDecompressor(compression, runtime));
  const reader = decompressed.getReader();
  return pullStream(
    async () => {
      const { done, value } = await reader.read().catch((error) => {
        throw toArchiveError(error, counted.compressed);
      });
      if (done) return null;
      counted.decompressed += value.length;
      checkRatio(counted);
      return value;
    },
    () => void reader.cancel().catch(() => {}),
  );
}

function openDecompressor(compression: Compression, runtime: ArchiveRuntime): BytesTransform {
  if (compression === 'gzip') return new DecompressionStream('gzip') as BytesTransform;
  if (runtime.decompressZstd) return runtime.decompressZstd();
  throw new ArchiveError('ZSTD_UNSUPPORTED');
}

function checkRatio({
  compressed,
  decompressed,
}: {
  compressed: number;
  decompressed: number;
}): void {
  if (decompressed > UNCHECKED_BYTES && decompressed > compressed * MAX_RATIO) {
    throw new ArchiveError('UNPACKS_TOO_LARGE', { ratio: MAX_RATIO });
  }
}

/** Every runtime has its own words for a packed stream that ends too early. */
function toArchiveError(error: unknown, offset: number): unknown {
  if (error instanceof ArchiveError) return error;
  const cause = error instanceof Error ? error.cause : null;
  const words = [error, cause].map((one) => (one instanceof Error ? one.message : '')).join(' ');
  if (/truncated|unexpected end|incomplete/i.test(words)) {
    return new ArchiveError('CUT_SHORT', {}, { cause: error });
  }
  return new ArchiveError('DAMAGED', { offset }, { cause: error });
}

const GZIP_HEADER_BYTES = 10;
/** No name, no time, no word of the system it was made on. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * Packs by gzip so that the same bytes come out the same: of the header nothing is left that
 * a runtime may choose.
 */
export function compressGzip(plain: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let header = 0;
  const normalize = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, controller) {
      const own = bytes.slice();
      for (let i = 0; header < GZIP_HEADER_BYTES && i < own.length; i++, header++) {
        own[i] = GZIP_HEADER[header] ?? 0;
      }
      controller.enqueue(own);
    },
  });
  const compressor = new CompressionStream('gzip') as BytesTransform;
  return plain.pipeThrough(compressor).pipeThrough(normalize);
}

import { ArchiveError } from './errors.ts';
import type { ArchiveRuntime, BytesTransform } from './runtime.ts';
import { pullStream, startsWith } from './streams.ts';

/** How bytes are compressed. */
export type Compression = 'gzip' | 'zstd';

/** Bytes from the start of a file that show its compression. */
export const MAGIC_BYTES = 4;

/** The compression that a file's first bytes show; null for none. */
export function findCompression(head: Uint8Array): Compression | null {
  if (startsWith(head, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  return null;
}

/** Past UNCHECKED_BYTES, a stream may decompress to at most this many times its size. */
const MAX_RATIO = 250;
const UNCHECKED_BYTES = 256 * 1024 * 1024;

/**
 * Decompresses a stream in constant memory.
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

/** Each runtime words the error of a truncated stream differently. */
function toArchiveError(error: unknown, offset: number): unknown {
  if (error instanceof ArchiveError) return error;
  const cause = error instanceof Error ? error.cause : null;
  const messages = [error, cause].map((one) => (one instanceof Error ? one.message : ''));
  if (/truncated|unexpected end|incomplete/i.test(messages.join(' '))) {
    return new ArchiveError('CUT_SHORT', {}, { cause: error });
  }
  return new ArchiveError('DAMAGED', { offset }, { cause: error });
}

const GZIP_HEADER_BYTES = 10;
/** Names no file, no time and no operating system. */
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/**
 * Compresses with gzip reproducibly: a fixed header replaces the fields that a runtime may
 * choose.
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

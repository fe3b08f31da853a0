import { ArchiveError } from './errors.ts';
import type { ArchiveRuntime, BytesTransform, OpenBytes } from './runtime.ts';
import { pullStream, startsWith } from './streams.ts';
import { decompressFrames } from './zstd-frames.ts';

/** How bytes are compressed. */
export type Compression = 'gzip' | 'zstd';

/** Bytes from the start of a file that show its compression. */
export const MAGIC_BYTES = 10;

/** What a file begins with. */
const MAGIC: readonly (readonly [Compression | UnsupportedCompression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
];

/** `BZh`, the size of a block, and the start of the first one. */
const BZIP2 = /^BZh[1-9]1AY&SY/;

/** A skippable frame, with which zstd may begin as well (pzstd does). */
const ZSTD_SKIPPABLE = [0x2a, 0x4d, 0x18];

/** Compressions that are recognized, and the command that undoes each. */
const UNSUPPORTED = {
  bzip2: { compression: 'bzip2', command: 'bzip2 -d' },
  lz4: { compression: 'lz4', command: 'lz4 -d' },
  xz: { compression: 'xz', command: 'xz -d' },
  zstd: { compression: 'zstd', command: 'zstd -d' },
} as const;

type UnsupportedCompression = Exclude<keyof typeof UNSUPPORTED, Compression>;

/**
 * The compression that a file's first bytes show; null for none.
 * @param path of a file in an archive; null for the archive
 * @throws ArchiveError COMPRESSION_UNSUPPORTED, LAYER_UNSUPPORTED
 */
export function findCompression(head: Uint8Array, path: string | null = null): Compression | null {
  const found = recognizeCompression(head);
  if (found === null || found === 'gzip' || found === 'zstd') return found;
  if (path === null) throw new ArchiveError('COMPRESSION_UNSUPPORTED', UNSUPPORTED[found]);
  throw new ArchiveError('LAYER_UNSUPPORTED', { path, ...UNSUPPORTED[found] });
}

function recognizeCompression(head: Uint8Array): Compression | UnsupportedCompression | null {
  if (BZIP2.test(String.fromCharCode(...head))) return 'bzip2';
  const isSkippable = startsWith(head.subarray(1), ZSTD_SKIPPABLE);
  if (isSkippable && ((head[0] ?? 0) & 0xf0) === 0x50) return 'zstd';
  return MAGIC.find(([, magic]) => startsWith(head, magic))?.[0] ?? null;
}

/** Past UNCHECKED_BYTES, a stream may decompress to at most this many times its size. */
const MAX_RATIO = 250;
const UNCHECKED_BYTES = 256 * 1024 * 1024;

/**
 * Decompresses bytes in constant memory: all members of gzip, all frames of zstd, as the tools that
 * write several of them expect (pigz, bgzip and stargz; pzstd and zstd:chunked).
 * The stream fails with ArchiveError CUT_SHORT, DAMAGED or UNPACKS_TOO_LARGE.
 * @throws ArchiveError COMPRESSION_UNSUPPORTED
 */
export function decompress(
  open: OpenBytes,
  compression: Compression,
  runtime: ArchiveRuntime,
): ReadableStream<Uint8Array> {
  const counted = { compressed: 0, decompressed: 0 };
  const reader = openDecompressor(countBytes(open, counted), compression, runtime).getReader();
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

/** Counts the bytes that are read, from the start each time. */
function countBytes(open: OpenBytes, counted: { compressed: number }): OpenBytes {
  return () => {
    const reader = open().getReader();
    counted.compressed = 0;
    return pullStream(
      async () => {
        const { value } = await reader.read();
        counted.compressed += value?.length ?? 0;
        return value ?? null;
      },
      () => void reader.cancel().catch(() => {}),
    );
  };
}

function openDecompressor(
  open: OpenBytes,
  compression: Compression,
  runtime: ArchiveRuntime,
): ReadableStream<Uint8Array> {
  if (compression === 'gzip') return runtime.gunzip(open);
  if (runtime.decompressZstd) return decompressFrames(open(), runtime.decompressZstd);
  throw new ArchiveError('COMPRESSION_UNSUPPORTED', UNSUPPORTED.zstd);
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

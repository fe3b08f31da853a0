import { type Digest, digestAlgorithm, digestOf } from '../../domain/digest.ts';
import { decompress } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveBlob } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { ByteReader, pullStream } from '../streams.ts';

/**
 * Computes the digest of a compressed layer that manifest.json names only by its path. If the
 * runtime can decompress it, its diffId is checked as well.
 * @throws ArchiveError DIGEST_MISMATCH; errors of `decompress`
 */
export async function computeLayerDigest(
  blob: ArchiveBlob,
  runtime: ArchiveRuntime,
): Promise<Digest> {
  const hash = await runtime.createHash('sha256');
  const compressed = new ByteReader(blob.content.read());
  const watched = pullStream(
    async () => {
      const bytes = await compressed.readSome(Number.POSITIVE_INFINITY);
      if (bytes !== null) hash.update(bytes);
      return bytes;
    },
    () => compressed.cancel(),
  );
  await checkDiffId(blob, watched, runtime);
  return digestOf('sha256', hash.hex());
}

async function checkDiffId(
  { path, compression, diffId }: ArchiveBlob,
  compressed: ReadableStream<Uint8Array>,
  runtime: ArchiveRuntime,
): Promise<void> {
  const canDecompress = compression === 'gzip' || runtime.decompressZstd !== null;
  if (!compression || !diffId || !canDecompress) {
    await new ByteReader(compressed).skip(Number.POSITIVE_INFINITY);
    return;
  }
  const algorithm = digestAlgorithm(diffId);
  const hash = await runtime.createHash(algorithm);
  const reader = new ByteReader(decompress(compressed, compression, runtime));
  await reader.skip(Number.POSITIVE_INFINITY, (bytes) => hash.update(bytes));
  const found = digestOf(algorithm, hash.hex());
  if (found === diffId) return;
  throw new ArchiveError('DIGEST_MISMATCH', { path, expected: diffId, found });
}

import { type Digest, digestAlgorithm, digestOf } from '../../domain/digest.ts';
import { decompress } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveBlob } from '../images.ts';
import type { ArchiveRuntime, OpenBytes } from '../runtime.ts';
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
  let hash = await runtime.createHash('sha256');
  let reader: ByteReader | null = null;
  // A runtime may begin again; the last reading is the complete one.
  const open = () => {
    const started = reader === null ? Promise.resolve(hash) : runtime.createHash('sha256');
    const opened = new ByteReader(blob.content.read());
    reader = opened;
    return pullStream(
      async () => {
        hash = await started;
        const bytes = await opened.readSome(Number.POSITIVE_INFINITY);
        if (bytes !== null) hash.update(bytes);
        return bytes;
      },
      () => opened.cancel(),
    );
  };
  await checkDiffId(blob, open, runtime);
  return digestOf('sha256', hash.hex());
}

async function checkDiffId(
  { path, compression, diffId }: ArchiveBlob,
  open: OpenBytes,
  runtime: ArchiveRuntime,
): Promise<void> {
  const canDecompress = compression === 'gzip' || runtime.decompressZstd !== null;
  if (!compression || !diffId || !canDecompress) {
    await new ByteReader(open()).skip(Number.POSITIVE_INFINITY);
    return;
  }
  const algorithm = digestAlgorithm(diffId);
  const hash = await runtime.createHash(algorithm);
  const reader = new ByteReader(decompress(open, compression, runtime));
  await reader.skip(Number.POSITIVE_INFINITY, (bytes) => hash.update(bytes));
  const found = digestOf(algorithm, hash.hex());
  if (found === diffId) return;
  throw new ArchiveError('DIGEST_MISMATCH', { path, expected: diffId, found });
}

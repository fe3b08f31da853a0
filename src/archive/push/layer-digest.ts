import { type Digest, digestAlgorithm, digestOf } from '../../domain/digest.ts';
import { unpack } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveBlob } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import { ByteReader, pullStream } from '../streams.ts';

/**
 * The digest of a packed layer that docker's list names by its path alone. It is unpacked in
 * passing to see that it is the layer the image's config means, where this runtime can.
 * @throws ArchiveError DIGEST_MISMATCH and what unpack throws
 */
export async function computeLayerDigest(
  blob: ArchiveBlob,
  runtime: ArchiveRuntime,
): Promise<Digest> {
  const hash = await runtime.createHash('sha256');
  const packed = new ByteReader(blob.content.read());
  const watched = pullStream(
    async () => {
      const bytes = await packed.some(Number.POSITIVE_INFINITY);
      if (bytes !== null) hash.update(bytes);
      return bytes;
    },
    () => packed.cancel(),
  );
  await checkUnpacked(blob, watched, runtime);
  return digestOf('sha256', hash.hex());
}

async function checkUnpacked(
  { path, compression, diffId }: ArchiveBlob,
  packed: ReadableStream<Uint8Array>,
  runtime: ArchiveRuntime,
): Promise<void> {
  const canUnpack = compression === 'gzip' || runtime.unpackZstd !== null;
  if (!compression || !diffId || !canUnpack) {
    await new ByteReader(packed).skip(Number.POSITIVE_INFINITY);
    return;
  }
  const algorithm = digestAlgorithm(diffId);
  const hash = await runtime.createHash(algorithm);
  const reader = new ByteReader(unpack(packed, compression, runtime));
  await reader.skip(Number.POSITIVE_INFINITY, (bytes) => hash.update(bytes));
  const found = digestOf(algorithm, hash.hex());
  if (found !== diffId)
    throw new ArchiveError('DIGEST_MISMATCH', { path, expected: diffId, found });
}

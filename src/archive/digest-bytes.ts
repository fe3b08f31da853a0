import { type Digest, type DigestAlgorithm, digestOf } from '../domain/digest.ts';
import type { ArchiveRuntime } from './runtime.ts';

/** The digest of bytes in memory. */
export async function digestBytes(
  bytes: Uint8Array,
  algorithm: DigestAlgorithm,
  runtime: ArchiveRuntime,
): Promise<Digest> {
  const hash = await runtime.createHash(algorithm);
  hash.update(bytes);
  return digestOf(algorithm, hash.hex());
}

import { createCipheriv, createHash } from 'node:crypto';
import { PART_SIZE as PART } from '../../../src/uploads/part-buffer.ts';

export { PART };

/** Sizes at every edge of the upload path: nothing, one byte, around a part, four parts. */
export const EDGE_SIZES = [0, 1, PART - 1, PART, PART + 1, 3 * PART + 4321] as const;

/** `size` incompressible bytes that depend on `seed` alone, so that a failure can be repeated. */
export function randomBytes(size: number, seed: string): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** `sha256:…`, or `sha512:…` when asked. */
export function digestOf(bytes: Uint8Array, algorithm: 'sha256' | 'sha512' = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

/** Hex part of a digest: the name of its file in an OCI layout. */
export function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(':') + 1);
}

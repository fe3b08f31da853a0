import { createCipheriv, createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { oddEntry } from '../../archive/support/raw-tar.ts';
import { type TarEntry, tarOf } from './tar.ts';

const PIECE = 4 * 1024 * 1024;
const BLOCK = 512;
const nothing = Buffer.alloc(0);

/** Incompressible bytes, made as they are read: memory never holds them all. */
function* noise(size: number, seed: string): Generator<Buffer> {
  const key = createHash('sha256').update(seed).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  for (let left = size; left > 0; left -= PIECE)
    yield cipher.update(Buffer.alloc(Math.min(left, PIECE)));
}

/** The digest of a large blob. */
export function digestOfNoise(size: number, seed: string): string {
  const hash = createHash('sha256');
  for (const piece of noise(size, seed)) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

/** A blob of an archive that is too large for memory; its bytes depend on the seed. */
export interface LargeBlob {
  readonly size: number;
  readonly seed: string;
  readonly digest: string;
}

/** An OCI archive of small files and large blobs, written piece by piece. */
export async function writeLargeArchive(
  path: string,
  small: readonly TarEntry[],
  blobs: readonly LargeBlob[],
): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const { size, seed, digest } of blobs) {
      const name = `blobs/${digest.replace(':', '/')}`;
      await file.write(oddEntry({ name, bytes: nothing }, { size }));
      for (const piece of noise(size, seed)) await file.write(piece);
      await file.write(Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK));
    }
    await file.write(tarOf(small));
  } finally {
    await file.close();
  }
}

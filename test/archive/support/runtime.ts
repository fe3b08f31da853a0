import { createHash } from 'node:crypto';
import type { ArchiveRuntime, BytesTransform } from '../../../src/archive/runtime.ts';

/** A runtime with native hashes and without zstd, for Node and workerd. */
export const testRuntime: ArchiveRuntime = {
  createHash: async (algorithm) => {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
  },
  gunzip: (open) => open().pipeThrough(new DecompressionStream('gzip') as BytesTransform),
  decompressZstd: null,
};

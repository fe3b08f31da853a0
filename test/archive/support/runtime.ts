import { createHash } from 'node:crypto';
import type { ArchiveRuntime } from '../../../src/archive/runtime.ts';

/** The engine with native hashes and without zstd: works in Node and in workerd. */
export const testRuntime: ArchiveRuntime = {
  createHash: async (algorithm) => {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
  },
  decompressZstd: null,
};

import { createSHA256, createSHA512 } from 'hash-wasm';
import { gunzip } from './gunzip.ts';
import type { ArchiveRuntime, BytesTransform } from './runtime.ts';

/** The runtime in a browser: hashes in WebAssembly, zstd where the browser supports it. */
export const webRuntime: ArchiveRuntime = {
  createHash: async (algorithm) => {
    const hash = await (algorithm === 'sha256' ? createSHA256() : createSHA512());
    hash.init();
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest() };
  },
  gunzip,
  decompressZstd: findZstd(),
};

function findZstd(): (() => BytesTransform) | null {
  const open = () => Reflect.construct(DecompressionStream, ['zstd']) as BytesTransform;
  try {
    open();
    return open;
  } catch {
    return null;
  }
}

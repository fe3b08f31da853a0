import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import type { ArchiveRuntime, BytesTransform } from '../archive/runtime.ts';
import { pullStream } from '../archive/streams.ts';

/** The archive runtime in Node: native hashes, and zstd since Node 22.15. */
export const nodeRuntime: ArchiveRuntime = {
  createHash: async (algorithm) => {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), hex: () => hash.digest('hex') };
  },
  gunzip: (open) => open().pipeThrough(transformOf(zlib.createGunzip())),
  decompressZstd:
    'createZstdDecompress' in zlib ? () => transformOf(zlib.createZstdDecompress()) : null,
};

function transformOf(duplex: Duplex): BytesTransform {
  const output = duplex.iterator();
  const writable = new WritableStream<Uint8Array>({
    write: (bytes) =>
      new Promise((resolve, reject) => {
        duplex.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    close: () => void duplex.end(),
    abort: () => void duplex.destroy(),
  });
  const pull = async () => ((await output.next()).value as Uint8Array | undefined) ?? null;
  return { readable: pullStream(pull, () => void duplex.destroy()), writable };
}

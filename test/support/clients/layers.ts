import { gzipSync, zstdCompressSync } from 'node:zlib';
import { digestOf, randomBytes } from './bytes.ts';
import { type TarEntry, tarOf } from './tar.ts';

/** A blob with the fields of its descriptor. */
export interface Blob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** A blob that is a layer: its `diffId` is the digest of its tar before compression. */
export interface Layer extends Blob {
  readonly diffId: string;
}

export type Packing = 'tar' | 'gzip' | 'zstd';

const MEDIA_TYPES: Record<Packing, string> = {
  tar: 'application/vnd.oci.image.layer.v1.tar',
  gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
};

/** Room for tar headers and for what a format adds to incompressible bytes. */
const SLACK = 40_000;

/** A real layer holding the files, packed as asked. */
export function layerOf(packing: Packing, entries: readonly TarEntry[]): Layer {
  const tar = tarOf(entries);
  return { ...blobOf(MEDIA_TYPES[packing], pack(packing, tar)), diffId: digestOf(tar) };
}

/**
 * A layer of exactly `size` bytes on the wire that engines can unpack: one file `NAME.bin`, and
 * padding that readers of its format skip. Below 64 KiB it is opaque bytes, for clients that do not
 * unpack.
 */
export function layerOfSize(packing: Packing, size: number, name: string): Layer {
  const opaque = size < 65_536;
  const tar = opaque
    ? randomBytes(size, name)
    : tarOf([{ name: `${name}.bin`, bytes: randomBytes(size - SLACK, name) }]);
  if (opaque) return { ...blobOf(MEDIA_TYPES[packing], tar), diffId: digestOf(tar) };
  if (packing === 'tar') {
    const padded = Buffer.concat([tar, Buffer.alloc(size - tar.length)]);
    return { ...blobOf(MEDIA_TYPES.tar, padded), diffId: digestOf(padded) };
  }
  const packed = stretch(packing, pack(packing, tar), size);
  return { ...blobOf(MEDIA_TYPES[packing], packed), diffId: digestOf(tar) };
}

/** Bytes with their digest and media type. */
export function blobOf(
  mediaType: string,
  bytes: Uint8Array,
  algorithm: 'sha256' | 'sha512' = 'sha256',
): Blob {
  return { mediaType, digest: digestOf(bytes, algorithm), size: bytes.length, bytes };
}

function pack(packing: Packing, tar: Buffer): Buffer {
  if (packing === 'gzip') return gzipSync(tar, { level: 1 });
  if (packing === 'zstd') return zstdCompressSync(tar);
  return tar;
}

/** Fills up to `size`: gzip by its header's extra field, zstd by a skippable frame at the end. */
function stretch(packing: 'gzip' | 'zstd', packed: Buffer, size: number): Buffer {
  const missing = size - packed.length;
  if (packing === 'zstd') {
    const frame = Buffer.alloc(missing);
    frame.writeUInt32LE(0x184d2a50, 0);
    frame.writeUInt32LE(missing - 8, 4);
    return Buffer.concat([packed, frame]);
  }
  const head = Buffer.from(packed.subarray(0, 10));
  head.writeUInt8(head.readUInt8(3) | 4, 3);
  const extra = Buffer.alloc(missing);
  extra.writeUInt16LE(missing - 2, 0);
  return Buffer.concat([head, extra, packed.subarray(10)]);
}

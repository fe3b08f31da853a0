import { gzipSync } from 'node:zlib';
import { digestOf } from './bytes.ts';
import { type Blob, blobOf, type Layer } from './layers.ts';
import { type TarEntry, tarOf } from './tar.ts';

const BLOCK = 512;

/**
 * A layer as stargz writes it: each file is a gzip member, then its table of contents, the end of
 * the tar and the footer, whose extra field has the offset of the table.
 * https://github.com/containerd/stargz-snapshotter/blob/main/docs/estargz.md
 */
export function stargzLayerOf(entries: readonly TarEntry[]): Layer {
  const toc = { name: 'stargz.index.json', bytes: Buffer.from('{"version":1,"entries":[]}') };
  const parts = [...entries, toc].map((entry) => tarOf([entry]).subarray(0, -2 * BLOCK));
  const end = Buffer.alloc(2 * BLOCK);
  const members = [...parts, end].map((part) => gzipSync(part));
  const offset = members.slice(0, entries.length).reduce((sum, { length }) => sum + length, 0);
  const bytes = Buffer.concat([...members, footer(offset)]);
  const layer: Blob = blobOf('application/vnd.oci.image.layer.v1.tar+gzip', bytes);
  return { ...layer, diffId: digestOf(Buffer.concat([...parts, end])) };
}

/** An empty member of 51 bytes. */
function footer(offset: number): Buffer {
  const extra = Buffer.from(`SG\x16\0${offset.toString(16).padStart(16, '0')}STARGZ`, 'latin1');
  const header = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, extra.length, 0]);
  return Buffer.concat([header, extra, Buffer.from([1, 0, 0, 0xff, 0xff]), Buffer.alloc(8)]);
}

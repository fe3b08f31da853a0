import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { ArchiveRuntime } from '../../src/archive/runtime.ts';
import { webRuntime } from '../../src/archive/web-runtime.ts';
import { nodeRuntime } from '../../src/cli/node-runtime.ts';
import { tarOf } from '../support/clients/tar.ts';
import { layerOf } from './support/content.ts';
import { oldSave } from './support/docker-save.ts';
import { imageNode, layoutOfOne } from './support/layout.ts';
import { read, refusalOf } from './support/read.ts';

const node = imageNode([layerOf('base', 70_000), layerOf('top', 500)]);
const tar = tarOf([
  ...layoutOfOne(node),
  // Compresses well, so that many bytes come from few.
  { name: 'zeros', bytes: Buffer.alloc(700_000) },
]);

/** A skippable frame of zstd. */
const skippable = (size = 9, kind = 0) =>
  Buffer.concat([
    Buffer.from([0x50 + kind, 0x2a, 0x4d, 0x18, size, 0, 0, 0]),
    Buffer.alloc(size, 7),
  ]);

/** The archive in pieces, each compressed by itself. */
function compressPieces(compress: (bytes: Uint8Array) => Buffer, size: number): Buffer {
  const count = Math.ceil(tar.length / size);
  const pieces = Array.from({ length: count }, (_, i) => tar.subarray(i * size, (i + 1) * size));
  return Buffer.concat(pieces.map(compress));
}

const gzip = gzipSync(tar);
const zstd = zstdCompressSync(tar, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
const half = tar.length >> 1;

const gzips: readonly [string, Buffer][] = [
  ['one member', gzip],
  ['members as large as those of pigz -i and bgzip', compressPieces((b) => gzipSync(b), 65_280)],
  ['members of few bytes', compressPieces((b) => gzipSync(b), 700)],
  ['an empty member in the middle', Buffer.concat([gzip, gzipSync('')])],
  ['zeros after the last member, as on tapes', Buffer.concat([gzip, Buffer.alloc(9000)])],
];

const zstds: readonly [string, Buffer][] = [
  ['one frame', zstd],
  [
    'frames as pzstd writes them',
    compressPieces((b) => Buffer.concat([skippable(4), zstdCompressSync(b)]), 65_536),
  ],
  ['frames of few bytes', compressPieces((b) => zstdCompressSync(b), 700)],
  [
    'frames to skip, as of zstd:chunked',
    Buffer.concat([
      zstdCompressSync(tar.subarray(0, half)),
      skippable(200),
      zstdCompressSync(tar.subarray(half)),
      skippable(9, 15),
    ]),
  ],
  ['zeros after the last frame', Buffer.concat([zstd, Buffer.alloc(5)])],
];

describe.each<[string, ArchiveRuntime]>([
  ['the command', nodeRuntime],
  ['the page', webRuntime],
])('%s reads an archive of', (_, runtime) => {
  test.each(gzips)('gzip: %s', async (_, bytes) => {
    const { images, compression } = await read(bytes, { runtime });
    expect({ compression, ids: images.map(({ id }) => id) }).toEqual({
      compression: 'gzip',
      ids: [node.digest],
    });
  });

  test.each<[string, Buffer, string]>([
    ['other bytes after the last member', Buffer.concat([gzip, Buffer.from('more')]), 'DAMAGED'],
    ['a second member cut short', Buffer.concat([gzip, gzip.subarray(0, 5000)]), 'CUT_SHORT'],
    [
      'a second member cut short in its header',
      Buffer.concat([gzip, gzip.subarray(0, 5)]),
      'CUT_SHORT',
    ],
    [
      'a wrong checksum in a second member',
      Buffer.concat([gzip, damage(gzipSync('x'))]),
      'DAMAGED',
    ],
  ])('no gzip with %s', async (_, bytes, code) => {
    expect(await refusalOf(bytes, { runtime })).toMatchObject({ code });
  });
});

describe('the command reads an archive of', () => {
  test.each(zstds)('zstd: %s', async (_, bytes) => {
    const { images, compression } = await read(bytes, { runtime: nodeRuntime });
    expect(compression).toBe('zstd');
    expect(images.map(({ id }) => id)).toEqual([node.digest]);
  });

  test.each<[string, Buffer, string]>([
    [
      'other bytes after the last frame',
      Buffer.concat([zstd, Buffer.from('more bytes')]),
      'DAMAGED',
    ],
    [
      'other bytes after zeros',
      Buffer.concat([zstd, Buffer.alloc(9), Buffer.from('x')]),
      'DAMAGED',
    ],
    ['a frame cut short', zstd.subarray(0, -3), 'CUT_SHORT'],
    ['a second frame cut short', Buffer.concat([zstd, zstd.subarray(0, 5000)]), 'CUT_SHORT'],
    [
      'a frame to skip cut short',
      Buffer.concat([zstd, skippable(200).subarray(0, 50)]),
      'CUT_SHORT',
    ],
    ['a wrong byte in a block', zeroed(zstd, 5000), 'DAMAGED'],
  ])('no zstd with %s', async (_, bytes, code) => {
    expect(await refusalOf(bytes, { runtime: nodeRuntime })).toMatchObject({ code });
  });
});

test('the page names the command that undoes zstd, which Chromium cannot read', async () => {
  const refusal = await refusalOf(zstd, { runtime: { ...webRuntime, decompressZstd: null } });
  expect(refusal).toMatchObject({
    code: 'COMPRESSION_UNSUPPORTED',
    message: 'archives compressed with zstd cannot be read here: decompress it first (zstd -d)',
  });
});

const magic = (bytes: number[] | string) =>
  Buffer.concat([Buffer.from(bytes as string), Buffer.alloc(600, 7)]);
const compressed: [string, Buffer, string][] = [
  ['xz', magic([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), 'xz -d'],
  ['bzip2', magic('BZh91AY&SY'), 'bzip2 -d'],
  ['lz4', magic([0x04, 0x22, 0x4d, 0x18]), 'lz4 -d'],
];
test.each(compressed)('compressed with %s', async (name, bytes, command) => {
  expect(await refusalOf(bytes)).toMatchObject({
    code: 'COMPRESSION_UNSUPPORTED',
    message: `archives compressed with ${name} cannot be read here: decompress it first (${command})`,
  });
});

test.each(compressed)('with a layer compressed with %s', async (name, bytes) => {
  const packed = oldSave({ tags: ['app:1'], layers: [{ ...layerOf('layer'), tar: bytes }] });
  const { code, message } = await refusalOf(tarOf(packed));
  expect(code).toBe('LAYER_UNSUPPORTED');
  expect(message).toContain(`layer.tar in the archive is compressed with ${name}`);
});

test('layers of several members or frames stay as they are', async () => {
  const layer = layerOf('stargz', 3000);
  const members = [layer.tar.subarray(0, 900), layer.tar.subarray(900)];
  const stored = Buffer.concat(members.map((part) => gzipSync(part)));
  const entries = oldSave({ tags: [], layers: [{ ...layer, tar: stored }] });
  const { images } = await read(tarOf(entries));
  expect(images[0]?.layers).toMatchObject([{ compression: 'gzip', size: stored.length }]);
});

/** Compressed bytes with a wrong checksum. */
function damage(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(0xbad0bad0, bytes.length - 8);
  return bytes;
}

function zeroed(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0, at, at + 4000);
  return copy;
}

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type TarEntry, tarOf } from '../support/clients/tar.ts';
import { json, layerOf } from './support/content.ts';
import { blobName, oldSave } from './support/docker-save.ts';
import { imageNode, indexNode, layoutOf, layoutOfOne, named } from './support/layout.ts';
import { archiveOf, entriesOf, oddEntry, symlink } from './support/raw-tar.ts';
import { refusalOf } from './support/read.ts';

const layer = layerOf('layer', 3000);
const image = imageNode([layer]);
const saved = oldSave({ tags: ['app:1'], layers: [layer] });
const layout = layoutOfOne(image);

const without = (entries: readonly TarEntry[], path: string) =>
  entries.filter(({ name }) => name !== path);
const replace = (entries: readonly TarEntry[], path: string, bytes: Uint8Array) =>
  entries.map((entry) => (entry.name === path ? { name: path, bytes } : entry));

const layerPath = blobName(layer.gzip);
const nothing = Buffer.alloc(0);

describe('not an archive', () => {
  test.each([
    ['nothing', nothing],
    ['text', Buffer.from('<html>not found</html>')],
    ['zeros', Buffer.alloc(10_240)],
    ['long text', Buffer.alloc(5000, 'hello ')],
    ['text compressed with gzip', gzipSync('hello')],
  ])('%s', async (_, bytes) => {
    expect(await refusalOf(bytes)).toMatchObject({ code: 'NOT_AN_ARCHIVE' });
  });
});

describe('truncated or damaged archives', () => {
  const tar = tarOf(saved);
  const packed = gzipSync(tar);
  test.each([
    ['in the middle of a layer', tar.subarray(0, 4000)],
    ['in the middle of a header', tar.subarray(0, 1024 + 100)],
    ['in the middle of a compressed archive', packed.subarray(0, packed.length / 2)],
    ['before the end of a compressed archive', packed.subarray(0, -8)],
  ])('cut short %s', async (_, bytes) => {
    expect(await refusalOf(bytes)).toMatchObject({ code: 'CUT_SHORT' });
  });

  test('a header with a wrong checksum', async () => {
    const bytes = Buffer.from(tar);
    bytes.write('x', 1024 + 5);
    expect(await refusalOf(bytes)).toMatchObject({
      code: 'DAMAGED',
      message: 'the archive is damaged at byte 1024',
    });
  });

  test('a compressed archive with a wrong byte', async () => {
    const bytes = Buffer.from(packed);
    bytes.writeUInt32LE(0xbad0bad0, bytes.length - 8);
    expect(await refusalOf(bytes)).toMatchObject({ code: 'DAMAGED' });
  });

  test('an entry whose header claims more bytes than the archive has', async () => {
    const entry = oddEntry({ name: 'layer.tar', bytes: layer.tar }, { size: 1_000_000 });
    expect(await refusalOf(archiveOf(entry))).toMatchObject({ code: 'CUT_SHORT' });
  });

  test('endless headers', async () => {
    const long = oddEntry({ name: 'pax', bytes: Buffer.alloc(2_000_000, '9') }, { type: 'x' });
    expect(await refusalOf(archiveOf(entriesOf(saved), long))).toMatchObject({ code: 'DAMAGED' });
  });
});

describe('incomplete archives', () => {
  test.each([
    ['no manifest', without(saved, 'manifest.json')],
    ['files that are not an image', [{ name: 'etc/passwd', bytes: Buffer.from('root') }]],
    ['a layout without manifests', layoutOf([], [])],
  ])('%s', async (_, entries) => {
    expect(await refusalOf(tarOf(entries))).toMatchObject({ code: 'NO_MANIFEST' });
  });

  const savedLayer = saved.find(({ name }) => name.endsWith('layer.tar'))?.name ?? '';
  const config = saved.find(({ name }) => /^[0-9a-f]{64}\.json$/.test(name))?.name ?? '';
  const absent = indexNode([imageNode([layerOf('absent')])]);
  test.each([
    ['a layer of docker save', without(saved, savedLayer), savedLayer],
    ['a config of docker save', without(saved, config), config],
    ['a layer of a layout', without(layout, layerPath), layerPath],
    ['a manifest of a layout', without(layout, blobName(image.bytes)), blobName(image.bytes)],
    [
      'every image of an index',
      layoutOf([named(absent, 'v1')], [absent.bytes]),
      blobName(imageNode([layerOf('absent')]).bytes),
    ],
  ])('%s', async (_, entries, path) => {
    expect(await refusalOf(tarOf(entries))).toMatchObject({
      code: 'FILE_MISSING',
      message: `${path} is missing from the archive`,
    });
  });
});

describe('inconsistent archives', () => {
  test('a manifest with another digest', async () => {
    const path = blobName(image.bytes);
    const entries = replace(layout, path, Buffer.from(image.bytes.toString().replace('2', '3')));
    expect(await refusalOf(tarOf(entries))).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('a config of docker save with another digest', async () => {
    const config = saved.find(({ name }) => /^[0-9a-f]{64}\.json$/.test(name))?.name ?? '';
    const entries = replace(saved, config, json({ rootfs: { diff_ids: [layer.diffId] } }));
    expect(await refusalOf(tarOf(entries))).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test.each([
    ['larger', Buffer.concat([layer.gzip, nothing, Buffer.alloc(1)])],
    ['smaller', layer.gzip.subarray(1)],
  ])('a blob that is %s than in its manifest', async (_, bytes) => {
    expect(await refusalOf(tarOf(replace(layout, layerPath, bytes)))).toMatchObject({
      code: 'SIZE_MISMATCH',
      message: `${layerPath} should have ${layer.gzip.length} bytes, but has ${bytes.length}`,
    });
  });

  test.each([
    ['manifest.json', replace(saved, 'manifest.json', json({}))],
    ['manifest.json', replace(saved, 'manifest.json', json([]))],
    ['manifest.json', replace(saved, 'manifest.json', Buffer.from('[{"Config":'))],
    ['manifest.json', replace(saved, 'manifest.json', json([{ Config: 5 }]))],
    ['index.json', replace(layout, 'index.json', Buffer.from('no JSON'))],
    ['index.json', replace(layout, 'index.json', json({ schemaVersion: 1, manifests: [] }))],
  ])('an invalid %s', async (path, entries) => {
    expect(await refusalOf(tarOf(entries))).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining(path),
    });
  });

  test.each([
    [[{ Config: 'c.json', Layers: ['a', ''] }], '0.Layers.1: is empty'],
    [[{ Config: '', Layers: [] }], '0.Config: is empty'],
    [[], 'it lists no images'],
    [{}, 'it lists no images'],
  ])('manifest.json says what is wrong: %j', async (list, reason) => {
    expect(await refusalOf(tarOf(replace(saved, 'manifest.json', json(list))))).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: `manifest.json in the archive is invalid: ${reason}`,
    });
  });

  test('a config that lists other layers than manifest.json', async () => {
    const list = JSON.parse(
      saved.find(({ name }) => name === 'manifest.json')?.bytes.toString() ?? '',
    );
    list[0].Layers.push(list[0].Layers[0]);
    expect(await refusalOf(tarOf(replace(saved, 'manifest.json', json(list))))).toMatchObject({
      code: 'MANIFEST_INVALID',
      message: expect.stringContaining('it lists 1 layers, but manifest.json lists 2'),
    });
  });

  test('a JSON file that is too large', async () => {
    const entries = replace(layout, 'index.json', Buffer.alloc(5 * 1024 * 1024, ' '));
    expect(await refusalOf(tarOf(entries))).toMatchObject({ code: 'MANIFEST_INVALID' });
  });
});

describe('paths and links', () => {
  test.each(['../evil', 'a/../../evil'])('a path that leads outside: %s', async (name) => {
    const archive = tarOf([...saved, { name, bytes: nothing }]);
    expect(await refusalOf(archive)).toMatchObject({ code: 'PATH_ESCAPES' });
  });

  test.each([
    ['../../../etc/passwd', 'PATH_ESCAPES'],
    ['a/../../etc/passwd', 'PATH_ESCAPES'],
    // As for engines, this is a path inside the archive.
    ['/etc/passwd', 'FILE_MISSING'],
  ])('a used link that leads outside: %s', async (target, code) => {
    const path = saved.find(({ name }) => name.endsWith('layer.tar'))?.name ?? '';
    const archive = archiveOf(
      symlink(path, `../${target}`.replace('..//', '/')),
      entriesOf(without(saved, path)),
    );
    expect(await refusalOf(archive)).toMatchObject({ code });
  });

  test('a path in manifest.json that leads outside', async () => {
    const list = json([{ Config: '../config.json', Layers: [] }]);
    expect(await refusalOf(tarOf(replace(saved, 'manifest.json', list)))).toMatchObject({
      code: 'PATH_ESCAPES',
    });
  });

  test('layers that are links in a circle', async () => {
    const path = saved.find(({ name }) => name.endsWith('layer.tar'))?.name ?? '';
    const archive = archiveOf(
      entriesOf(without(saved, path)),
      symlink(path, '../there'),
      symlink('there', path),
    );
    expect(await refusalOf(archive)).toMatchObject({ code: 'NOT_A_FILE' });
  });

  test('a device where a layer should be', async () => {
    const archive = archiveOf(
      entriesOf(without(layout, layerPath)),
      oddEntry({ name: layerPath, bytes: nothing }, { type: '3' }),
    );
    expect(await refusalOf(archive)).toMatchObject({
      code: 'NOT_A_FILE',
      message: expect.stringContaining('a character-device'),
    });
  });
});

describe('archives that are too large', () => {
  test('for the limit, as a file', async () => {
    const refusal = await refusalOf(tarOf(saved), { maxBytes: 1000 });
    expect(refusal).toMatchObject({ code: 'TOO_LARGE' });
    expect(refusal.message).toContain('1000 bytes');
  });

  test('for the limit, once decompressed', async () => {
    const packed = gzipSync(tarOf([{ name: 'zeros', bytes: Buffer.alloc(100_000) }]));
    expect(packed.length).toBeLessThan(1000);
    expect(await refusalOf(packed, { maxBytes: 50_000 })).toMatchObject({ code: 'TOO_LARGE' });
  });

  test('a decompression bomb', async () => {
    const zeros = Buffer.alloc(300 * 1024 * 1024);
    const bomb = gzipSync(
      archiveOf(oddEntry({ name: 'zeros', bytes: nothing }, { size: 1e9 }), zeros),
    );
    expect(await refusalOf(bomb)).toMatchObject({ code: 'UNPACKS_TOO_LARGE' });
  }, 60_000);
});

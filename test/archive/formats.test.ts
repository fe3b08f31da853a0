import { Duplex } from 'node:stream';
import { createZstdDecompress, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { BytesTransform } from '../../src/archive/runtime.ts';
import { tarOf } from '../support/clients/tar.ts';
import { configOf, json, layerOf, sha256 } from './support/content.ts';
import { blobName, newSave, oldSave } from './support/docker-save.ts';
import {
  type Descriptor,
  describeNode,
  imageNode,
  indexNode,
  layoutOf,
  layoutOfOne,
  named,
  referrerNode,
} from './support/layout.ts';
import { archiveOf, entriesOf, paxEntry, symlink } from './support/raw-tar.ts';
import { read } from './support/read.ts';
import { testRuntime } from './support/runtime.ts';

const layers = [layerOf('base', 3000), layerOf('top', 500)];
const runtime = {
  ...testRuntime,
  decompressZstd: () => Duplex.toWeb(createZstdDecompress()) as BytesTransform,
};

test.each([
  ['1.10 to 24', oldSave({ tags: ['app:1'], layers })],
  ['25', newSave({ tags: ['app:1'], layers }, 25)],
  ['28', newSave({ tags: ['app:1'], layers }, 28)],
])('docker save %s: config, uncompressed layers, names', async (_, entries) => {
  const { images, compression } = await read(tarOf(entries));
  expect(compression).toBeNull();
  expect(images).toHaveLength(1);
  expect(images[0]).toMatchObject({
    id: sha256(configOf(layers)),
    names: ['app:1'],
    platforms: ['linux/amd64'],
    isIndex: false,
    layers: layers.map(({ diffId, tar }) => ({
      diffId,
      digest: null,
      size: tar.length,
      compression: null,
    })),
    recipe: { kind: 'composed' },
  });
});

test('docker save of several images: each with its own names and layers', async () => {
  const other = layerOf('other');
  const { images } = await read(
    tarOf(
      oldSave(
        { tags: ['app:1', 'app:latest'], layers },
        { tags: [], layers: [layers[0] ?? other, other] },
      ),
    ),
  );
  expect(images.map(({ names }) => names)).toEqual([['app:1', 'app:latest'], []]);
  expect(images.map((image) => image.layers.length)).toEqual([2, 2]);
});

test('docker save stores a shared layer once, and links to it', async () => {
  const [shared] = layers;
  if (!shared) throw new Error('no layer');
  const entries = oldSave({ tags: ['app:1'], layers: [shared] });
  const layer = entries.findIndex(({ name }) => name.endsWith('/layer.tar'));
  const path = entries[layer]?.name ?? '';
  const archive = archiveOf(
    entriesOf([{ name: 'first/layer.tar', bytes: shared.tar }]),
    symlink(path, '../first/layer.tar'),
    entriesOf(entries.filter((_, i) => i !== layer)),
  );
  const { images } = await read(archive);
  expect(images[0]?.layers).toMatchObject([{ diffId: shared.diffId, size: shared.tar.length }]);
});

test('an OCI layout: stored manifests, and an index with its platforms', async () => {
  const node = indexNode([imageNode(layers), imageNode([layerOf('arm')], 'arm64')]);
  const { images } = await read(tarOf(layoutOfOne(node, 'multi')));
  expect(images).toMatchObject([
    {
      id: node.digest,
      names: ['multi'],
      platforms: ['linux/amd64', 'linux/arm64'],
      missingPlatforms: [],
      isIndex: true,
      layers: [{ digest: layers[0]?.digest, compression: 'gzip' }, {}, {}],
      configs: [{}, {}],
    },
  ]);
});

test('referrers, and their referrers, belong to their image and are not images', async () => {
  const image = imageNode(layers);
  const other = imageNode([layerOf('other')]);
  const sbom = referrerNode(image, 'application/vnd.test.sbom');
  const signature = referrerNode(sbom);
  const listed = [
    named(image, 'v1'),
    named(other, 'v2'),
    describeNode(signature),
    describeNode(sbom),
  ];
  const blobs = [image, other, sbom, signature].flatMap((node) => node.blobs);
  const { images } = await read(tarOf(layoutOf(listed, blobs)));
  expect(images.map(({ names, referrers }) => [names, referrers])).toEqual([
    [['v1'], 2],
    [['v2'], 0],
  ]);
  expect(images[0]?.recipe).toMatchObject({
    manifests: [{ digest: sbom.digest }, { digest: signature.digest }, { digest: image.digest }],
  });
});

test('an index under the referrers tag is not an image', async () => {
  const image = imageNode(layers);
  const signature = referrerNode(image);
  const list = indexNode([signature]);
  const listed = [named(image, 'v1'), named(list, image.digest.replace(':', '-'))];
  const { images } = await read(tarOf(layoutOf(listed, [...image.blobs, ...list.blobs])));
  expect(images.map(({ id, referrers }) => [id, referrers])).toEqual([[image.digest, 1]]);
});

test('an index with one platform present becomes that image, as with docker push', async () => {
  const [here, away] = [imageNode(layers), imageNode([layerOf('away')], 's390x')];
  const index = indexNode([here, away]);
  const archive = tarOf(layoutOf([named(index, 'v1')], [...here.blobs, index.bytes]));
  const { images } = await read(archive);
  expect(images).toMatchObject([
    {
      isIndex: false,
      platforms: ['linux/amd64'],
      missingPlatforms: ['linux/s390x'],
      recipe: { manifests: [{ digest: here.digest }] },
    },
  ]);
});

test('an index with two of three platforms present becomes an index of those two', async () => {
  const here = [imageNode(layers), imageNode([layerOf('arm')], 'arm64')];
  const index = indexNode([...here, imageNode([layerOf('away')], 's390x')]);
  const blobs = [...here.flatMap((node) => node.blobs), index.bytes];
  const { images } = await read(tarOf(layoutOf([named(index, 'v1')], blobs)));
  expect(images[0]).toMatchObject({
    id: index.digest,
    isIndex: true,
    missingPlatforms: ['linux/s390x'],
  });
  const recipe = images[0]?.recipe;
  const root = recipe?.kind === 'stored' ? recipe.manifests.at(-1) : undefined;
  expect(JSON.parse(new TextDecoder().decode(root?.bytes)).manifests).toHaveLength(2);
});

test.each([
  ['gzip', gzipSync, testRuntime],
  ['zstd', zstdCompressSync, runtime],
])('an archive compressed with %s has the same images', async (compression, pack, runtime) => {
  const tar = tarOf(oldSave({ tags: ['app:1'], layers }));
  const [packed, plain] = [await read(pack(tar), { runtime }), await read(tar)];
  expect(packed.compression).toBe(compression);
  const facts = ({ images }: typeof plain) =>
    images.map(({ id, names, size, layers }) => ({
      id,
      names,
      size,
      paths: layers.map((l) => l.path),
    }));
  expect(facts(packed)).toEqual(facts(plain));
});

test('pax names, and paths that begin with ./, are read', async () => {
  const entries = oldSave({ tags: ['app:1'], layers: [layerOf('long')] });
  const archive = archiveOf(
    ...entries.map(({ name, bytes }) =>
      paxEntry({ path: `./${name}`, mtime: '1.5' }, { name: 'short', bytes }),
    ),
  );
  expect((await read(archive)).images[0]?.names).toEqual(['app:1']);
});

test('an archive without zeros at its end is accepted', async () => {
  const archive = entriesOf(oldSave({ tags: ['app:1'], layers }));
  expect((await read(archive)).images).toHaveLength(1);
});

test('an index whose entries have no media type', async () => {
  const [typed, untyped] = [imageNode(layers), imageNode([layerOf('untyped')])];
  const index = indexNode([typed]);
  const strip = ({ mediaType: _, ...rest }: Descriptor) => rest as Descriptor;
  const list = [strip(named(index, 'multi')), strip(named(untyped, 'one')), named(typed, 'v1')];
  const { images } = await read(tarOf(layoutOf(list, [...index.blobs, ...untyped.blobs])));
  expect(images.map(({ id, names, isIndex }) => [id, names, isIndex])).toEqual([
    [index.digest, ['multi'], true],
    [untyped.digest, ['one'], false],
    [typed.digest, ['v1'], false],
  ]);
});

test.each([
  ['gzip', 'application/vnd.oci.image.layer.v1.tar+gzip; charset=binary'],
  ['uncompressed', 'application/vnd.oci.image.layer.v1.tar'],
  ['uncompressed', 'application/vnd.docker.image.rootfs.diff.tar'],
  ['gzip typed as uncompressed', 'application/vnd.oci.image.layer.v1.tar'],
] as const)(
  'an archive in the format of docker keeps the manifest of %s layers, %s',
  async (kind, mediaType) => {
    const bytes = layers.map(({ tar, gzip }) => (kind === 'uncompressed' ? tar : gzip));
    const described = bytes.map((one) => ({ mediaType, digest: sha256(one), size: one.length }));
    const image = imageNode(layers, 'amd64', { layers: described });
    const entry = {
      Config: blobName(configOf(layers)),
      RepoTags: ['registry.example/app:v1'],
      Layers: bytes.map(blobName),
    };
    const blobs = [image.bytes, configOf(layers), ...bytes];
    const list = { name: 'manifest.json', bytes: json([entry]) };
    const { images } = await read(tarOf([...layoutOf([named(image, 'v1')], blobs), list]));
    expect(images).toMatchObject([{ id: image.digest, recipe: { kind: 'stored' } }]);
  },
);

test('a layer that docker save left where it is becomes a foreign layer', async () => {
  const [base, top] = layers.map((layer) => layer);
  if (!base || !top) throw new Error('no layers');
  const source = {
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    size: base.gzip.length,
    digest: base.digest,
    urls: ['https://elsewhere.example/layer'],
  };
  const entries = oldSave({ tags: ['app:1'], layers }).filter(
    ({ name }) => !name.endsWith(`${base.diffId.slice(7)}/layer.tar`),
  );
  const list = entries.find(({ name }) => name === 'manifest.json');
  const [saved] = JSON.parse(Buffer.from(list?.bytes ?? []).toString());
  const archiveWith = (sources: object) =>
    tarOf(
      entries.map((entry) =>
        entry === list
          ? { name: entry.name, bytes: json([{ ...saved, LayerSources: sources }]) }
          : entry,
      ),
    );
  const { images } = await read(archiveWith({ [base.diffId]: source }));
  expect(images[0]?.layers).toMatchObject([{ diffId: top.diffId }]);
  expect(images[0]?.recipe).toMatchObject({ layers: [source, { diffId: top.diffId }] });
  // Without an address it is missing.
  const none = archiveWith({ [base.diffId]: { ...source, urls: [] } });
  await expect(read(none)).rejects.toMatchObject({ code: 'FILE_MISSING' });
});

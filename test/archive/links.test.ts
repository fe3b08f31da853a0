import { symlink as link, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readImages } from '../../src/archive/read/read-archive.ts';
import { readFolder } from '../../src/cli/folder.ts';
import type { TarEntry } from '../support/clients/tar.ts';
import { layerOf } from './support/content.ts';
import { blobName, oldSave } from './support/docker-save.ts';
import { imageNode, layoutOfOne } from './support/layout.ts';
import { archiveOf, entriesOf, oddEntry, symlink } from './support/raw-tar.ts';
import { read } from './support/read.ts';
import { testRuntime } from './support/runtime.ts';

const layer = layerOf('layer', 3000);
const image = imageNode([layer]);
const saved = oldSave({ tags: ['app:1'], layers: [layer] });
const layout = layoutOfOne(image);
const savedId = /^([0-9a-f]{64})\.json$/;
const config = saved.find(({ name }) => savedId.test(name))?.name ?? '';
const nothing = Buffer.alloc(0);

const idsOf = async (archive: Uint8Array) => (await read(archive)).images.map(({ id }) => id);

/** An archive with a link in place of a file, which is elsewhere. */
function linked(entries: readonly TarEntry[], path: string, target: string): Buffer {
  const file = entries.find(({ name }) => name === path);
  const rest = entries.filter(({ name }) => name !== path);
  const moved = { name: 'elsewhere', bytes: file?.bytes ?? nothing };
  return archiveOf(symlink(path, target), entriesOf([...rest, moved]));
}

test.each([
  ['a blob of a layout', layout, blobName(layer.gzip), '../../elsewhere', image.digest],
  ['a manifest of a layout', layout, blobName(image.bytes), '../../elsewhere', image.digest],
  ['the index of a layout', layout, 'index.json', './elsewhere', image.digest],
  ['manifest.json', saved, 'manifest.json', 'elsewhere', `sha256:${config.slice(0, 64)}`],
  ['a config', saved, config, 'elsewhere', `sha256:${config.slice(0, 64)}`],
  [
    'a config, from the top of the archive',
    saved,
    config,
    '/elsewhere',
    `sha256:${config.slice(0, 64)}`,
  ],
])('a link in place of %s is followed', async (_, entries, path, target, id) => {
  expect(await idsOf(linked(entries, path, target))).toEqual([id]);
});

test.each(['/nix/store/x', '../../x', '/', '', 'latest'])(
  'a link that nothing uses may lead anywhere: %s',
  async (target) => {
    expect(await idsOf(archiveOf(symlink('latest', target), entriesOf(layout)))).toEqual([
      image.digest,
    ]);
  },
);

test('a link in place of a folder, and a hard link, are followed', async () => {
  const moved = layout.map(({ name, bytes }) => ({
    name: name.replace('blobs/', 'store/b/'),
    bytes,
  }));
  expect(await idsOf(archiveOf(symlink('blobs', 'store/b'), entriesOf(moved)))).toEqual([
    image.digest,
  ]);
  const [index] = layout.filter(({ name }) => name === 'index.json');
  const hard = oddEntry({ name: 'index.json', bytes: nothing }, { type: '1', link: 'a/copy' });
  const rest = layout.filter((entry) => entry !== index);
  const copy = { name: 'a/copy', bytes: index?.bytes ?? nothing };
  expect(await idsOf(archiveOf(entriesOf([...rest, copy]), hard))).toEqual([image.digest]);
});

test('names that begin at the root are those of files in the archive', async () => {
  const entries = layout.map(({ name, bytes }) => ({ name: `/${name}`, bytes }));
  expect(await idsOf(archiveOf(entriesOf(entries)))).toEqual([image.digest]);
});

test('links in a folder are followed inside it, and nowhere else', async () => {
  const top = await mkdtemp(join(tmpdir(), 'orlop-links-'));
  onTestFinished(() => rm(top, { recursive: true }));
  const folder = join(top, 'layout');
  for (const { name, bytes } of layout) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  await link('/nowhere/at/all', join(folder, 'stray'));
  const read = async () => await readImages(await readFolder(folder), testRuntime);
  const index = join(folder, 'index.json');
  await rename(index, join(folder, 'other'));
  await link(join(folder, 'other'), index);
  expect(await read()).toMatchObject([{ id: image.digest }]);
  await rename(join(folder, 'other'), join(top, 'outside'));
  await rm(index);
  await link(join(top, 'outside'), index);
  await expect(read()).rejects.toMatchObject({ code: 'PATH_ESCAPES' });
});

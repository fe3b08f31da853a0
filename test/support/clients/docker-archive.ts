import { writeFile } from 'node:fs/promises';
import { digestOf, hexOf } from './bytes.ts';
import { configOf, type Platform } from './images.ts';
import type { Layer } from './layers.ts';
import { tarOf } from './tar.ts';

/** Writes an archive as `docker save` does, of plain tar layers; returns the image's ID. */
export async function writeDockerArchive(
  path: string,
  tag: string,
  layers: readonly Layer[],
  platform?: Platform,
): Promise<string> {
  const config = configOf(layers, platform);
  const id = digestOf(config);
  const names = layers.map((layer) => `${hexOf(layer.digest)}.tar`);
  const manifest = [{ Config: `${hexOf(id)}.json`, RepoTags: [tag], Layers: names }];
  const entries = [
    { name: 'manifest.json', bytes: Buffer.from(JSON.stringify(manifest)) },
    { name: `${hexOf(id)}.json`, bytes: config },
    ...layers.map((layer, i) => ({ name: names[i] as string, bytes: layer.bytes })),
  ];
  await writeFile(path, tarOf(entries));
  return id;
}

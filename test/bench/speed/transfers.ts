import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageOf } from '../../support/clients/images.ts';
import { layerOfSize } from '../../support/clients/layers.ts';
import { writeLayout } from '../../support/clients/oci-layout.ts';
import type { Client } from './clients.ts';
import type { Registry } from './registries.ts';
import type { BlobFile, Lane, Store } from './stores.ts';

const MB = 1_000_000;
const GIB = 1024 ** 3;

/** The layers of an image that is moved, bytes. */
export interface ImageCase {
  readonly name: string;
  readonly layers: readonly number[];
}

/** What is pushed and pulled; the quick ones stand for them in a hurry. */
export const IMAGES: readonly ImageCase[] = [
  { name: '1 GiB', layers: [GIB] },
  { name: '10 x 10 MB', layers: Array(10).fill(10 * MB) },
  { name: '3 x 1 MB', layers: Array(3).fill(MB) },
  { name: '40 layers', layers: Array(40).fill(MB / 4) },
];

export const QUICK_IMAGES: readonly ImageCase[] = [
  { name: '64 MiB', layers: [64 * 1024 * 1024] },
  { name: '10 x 1 MB', layers: Array(10).fill(MB) },
];

export const bytesOf = ({ layers }: ImageCase) => layers.reduce((sum, size) => sum + size, 0);

/** Writes an image whose content no other round has; answers its layout's folder. */
export async function writeImage(
  folder: string,
  { layers }: ImageCase,
  round: number,
): Promise<string> {
  const named = layers.map((size, n) => layerOfSize('tar', size, `r${round}-l${n}`));
  return await writeLayout(join(folder, `image-${round}`), { bench: imageOf(named) });
}

/** How long a client takes for an image, seconds. */
export interface Moved {
  readonly push: number;
  /** Pushed once more, when all of it is there. */
  readonly again: number;
  readonly pull: number;
}

export async function moveImage(
  client: Client,
  registry: Registry,
  layout: string,
  repository: string,
): Promise<Moved> {
  await client.prepare(layout, registry, repository);
  const push = await secondsOf(() => client.push(registry, repository));
  const again = await secondsOf(() => client.push(registry, repository));
  await client.forget(registry, repository);
  const pull = await secondsOf(() => client.pull(registry, repository));
  await client.forget(registry, repository);
  return { push, again, pull };
}

/** Bytes for each lane: what a registry has already would not be stored as it is sent again. */
export type LaneFiles = Readonly<Record<Lane, readonly BlobFile[]>>;

/** Writes the layers of an image for each lane, with a content that no other round has. */
export async function writeBytes(
  folder: string,
  { layers }: ImageCase,
  round: number,
): Promise<LaneFiles> {
  const write = async (lane: Lane) => {
    const files: BlobFile[] = [];
    for (const [n, size] of layers.entries()) {
      files.push(await writeBlob(folder, size, `r${round}-${lane}${n}`));
    }
    return files;
  };
  return { put: await write('put'), parts: await write('parts') };
}

/** Writes a layer of its own name and content into a folder. */
export async function writeBlob(folder: string, size: number, name: string): Promise<BlobFile> {
  await mkdir(folder, { recursive: true });
  const { bytes, digest } = layerOfSize('tar', size, name);
  const path = join(folder, name);
  await writeFile(path, bytes);
  return { path, digest, size };
}

/** One way that bytes alone go. */
export interface Move {
  readonly name: string;
  readonly lane: Lane;
  readonly way: 'send' | 'read';
}

/** In the order in which they can be made. */
export const MOVES: readonly Move[] = [
  { name: 'sent whole', lane: 'put', way: 'send' },
  { name: 'sent in chunks', lane: 'parts', way: 'send' },
  { name: 'got, was sent whole', lane: 'put', way: 'read' },
  { name: 'got, was sent in chunks', lane: 'parts', way: 'read' },
];

/** How long a store takes for the files of a lane, one after the other, in seconds. */
export async function moveBytes(
  store: Store,
  { lane, way }: Move,
  files: LaneFiles,
): Promise<number> {
  return await secondsOf(async () => {
    for (const blob of files[lane]) {
      await (way === 'send' ? store.send(lane, blob) : store.read(blob));
    }
  });
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  // What others have written must not be on its way to the disk meanwhile.
  execFileSync('sync');
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

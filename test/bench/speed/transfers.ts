import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { imageOf } from '../../clients/support/images.ts';
import { layerOfSize } from '../../clients/support/layers.ts';
import { writeLayout } from '../../clients/support/oci-layout.ts';
import type { Client } from './clients.ts';
import type { Registry } from './registries.ts';

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

/** How long the platform takes for bytes alone, seconds. */
export interface RawMoved {
  readonly put: number;
  readonly parts: number;
  /** Reading back what was made by one put, and in parts. */
  readonly get: number;
  readonly getParts: number;
}

/** Sends a file to the raw Worker and reads it back, `times` one after the other. */
export async function moveRaw(
  origin: string,
  file: string,
  size: number,
  times: number,
): Promise<RawMoved> {
  const each = (work: (n: number) => Promise<void>) =>
    secondsOf(async () => {
      for (let n = 0; n < times; n++) await work(n);
    });
  const send = (lane: string, n: number) => sendFile(`${origin}/${lane}/${lane}-${n}`, file, size);
  return {
    put: await each((n) => send('put', n)),
    parts: await each((n) => send('parts', n)),
    get: await each((n) => drop(`${origin}/put-${n}`)),
    getParts: await each((n) => drop(`${origin}/parts-${n}`)),
  };
}

async function sendFile(url: string, file: string, size: number): Promise<void> {
  const body = Readable.toWeb(createReadStream(file, { highWaterMark: MB })) as ReadableStream;
  const headers = { 'content-length': String(size) };
  const response = await fetch(url, {
    method: 'PUT',
    body,
    headers,
    duplex: 'half',
  } as RequestInit);
  if (response.status !== 201) throw new Error(`${url}: ${response.status}`);
}

async function drop(url: string): Promise<void> {
  const { body } = await fetch(url);
  if (!body) throw new Error(`${url}: nothing came`);
  await finished(Readable.fromWeb(body as never).resume());
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

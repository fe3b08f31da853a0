/** Files of objects that a disk has lost in one way or another. */
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Server } from '../../support/server.ts';
import { callApi } from './collections.ts';
import type { Blob } from './image.ts';
import { freshBytes, makeBlob, PART } from './image.ts';
import type { Repository } from './repository.ts';
import { blobFiles } from './storage.ts';
import { ask } from './wire.ts';

/** Ways to lose a file, by name. */
export const LOSSES = {
  short: (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  empty: (file: string) => truncateSync(file, 0),
  gone: (file: string) => rmSync(file),
  'full of zeroes': (file: string) => writeFileSync(file, Buffer.alloc(statSync(file).size)),
};

/** Pushes a blob of one file and one of three, and answers both. */
export async function pushBoth(repository: Repository): Promise<Blob[]> {
  const blobs = [1000, 2 * PART + 10].map((size) => makeBlob(freshBytes(size)));
  for (const blob of blobs) await repository.pushBlob(blob);
  return blobs;
}

/** Loses a file of each: the only one, or the one in the middle. */
export function lose(server: Server, blobs: readonly Blob[], loss: (file: string) => void): void {
  for (const { digest } of blobs) {
    const files = blobFiles(server, digest);
    loss(files[Math.floor(files.length / 2)] ?? '');
  }
}

/** Digests of what the registry knows to be damaged, sorted. */
export async function listDamaged(server: Server): Promise<string[]> {
  const { damaged } = await callApi<{ damaged: { items: { digest: string }[] } }>(
    server,
    'GET',
    '/integrity?limit=100',
  );
  return damaged.items.map(({ digest }) => digest).sort();
}

export const digestsOf = (blobs: readonly Blob[]) => blobs.map(({ digest }) => digest).sort();

/** Asserts that clients are told that a blob does not exist, and that a push repairs it. */
export async function expectRepaired(repository: Repository, blob: Blob): Promise<void> {
  const path = `${repository.path}/blobs/${blob.digest}`;
  expect((await ask(repository.server, 'HEAD', path)).status).toBe(404);
  await repository.pushBlob(blob);
  expect(await repository.readBlob(blob.digest)).toEqual(blob.bytes);
}

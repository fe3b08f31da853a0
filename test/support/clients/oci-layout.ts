import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestOf, hexOf } from './bytes.ts';
import { contentOf, descriptorOf, type Image, type Index } from './images.ts';
import { type TarEntry, tarOf } from './tar.ts';

/** Images and indexes by their names in the layout. */
export type Tagged = Record<string, Image | Index>;

/** Writes an OCI image layout into the folder and returns the folder. */
export async function writeLayout(dir: string, tagged: Tagged): Promise<string> {
  for (const { name, bytes } of layoutEntries(tagged)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
  }
  return dir;
}

/** Writes an OCI archive, a layout in one tar, and returns its path. */
export async function writeArchive(path: string, tagged: Tagged): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, tarOf(layoutEntries(tagged)));
  return path;
}

/** Digest of the only manifest in a layout's index. */
export async function layoutDigest(dir: string): Promise<string> {
  const index = JSON.parse(await readFile(join(dir, 'index.json'), 'utf8'));
  return index.manifests[0].digest;
}

/** Digests of what the layout holds for the image, computed from its files. */
export async function layoutContents(dir: string, root: Image | Index): Promise<string[]> {
  const found = contentOf(root).map(async ({ digest }) => {
    const algorithm = digest.startsWith('sha512') ? 'sha512' : 'sha256';
    return digestOf(await readFile(join(dir, 'blobs', algorithm, hexOf(digest))), algorithm);
  });
  return Promise.all(found);
}

function layoutEntries(tagged: Tagged): TarEntry[] {
  const manifests = Object.entries(tagged).map(([name, { manifest }]) => ({
    ...descriptorOf(manifest),
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  const blobs = new Map(
    Object.values(tagged)
      .flatMap(contentOf)
      .map(({ digest, bytes }) => [`blobs/${digest.replace(':', '/')}`, bytes]),
  );
  return [
    jsonEntry('oci-layout', { imageLayoutVersion: '1.0.0' }),
    jsonEntry('index.json', { schemaVersion: 2, manifests }),
    ...[...blobs].map(([name, bytes]) => ({ name, bytes })),
  ];
}

function jsonEntry(name: string, value: unknown): TarEntry {
  return { name, bytes: Buffer.from(JSON.stringify(value)) };
}

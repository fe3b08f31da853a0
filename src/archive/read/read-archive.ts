import { type Compression, decompress, findCompression, MAGIC_BYTES } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveImage } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import type { Source } from '../source.ts';
import { readBytes } from '../streams.ts';
import { DecompressedSource } from './decompressed-source.ts';
import { type Entries, hasEntry } from './entries.ts';
import { type DockerImage, readDockerArchive } from './read-docker.ts';
import { readLayout } from './read-layout.ts';
import { indexTar } from './tar-index.ts';

/** The images of an archive. Their blobs are read when they are pushed. */
export interface ArchiveContents {
  /** Bytes of the archive file. */
  readonly size: number;
  /** The compression of the whole file. */
  readonly compression: Compression | null;
  /** At least one. */
  readonly images: readonly ArchiveImage[];
}

export interface ReadOptions {
  readonly runtime: ArchiveRuntime;
  /** Limit of the file and of its decompressed content, in bytes. No limit if absent. */
  readonly maxBytes?: number;
}

/**
 * Lists the images of a tar archive, plain or compressed with gzip or zstd. Of a plain one it
 * reads headers and JSON files only; a compressed one is read to its end, once.
 * @throws ArchiveError
 */
export async function readArchive(
  source: Source & { readonly size: number },
  { runtime, maxBytes = Number.MAX_SAFE_INTEGER }: ReadOptions,
): Promise<ArchiveContents> {
  const { size } = source;
  if (size > maxBytes) throw new ArchiveError('TOO_LARGE', { limit: maxBytes });
  const compression = findCompression(await readBytes(source.read(0, Math.min(size, MAGIC_BYTES))));
  const tar = compression
    ? new DecompressedSource(() => decompress(() => source.read(0, size), compression, runtime))
    : source;
  const images = await readImages(await indexTar(tar, maxBytes), runtime);
  return { size, compression, images };
}

/**
 * Lists the images in the files of an archive or a folder: of docker save, of an OCI layout, or
 * of both in one, which Docker writes since version 25.
 * @throws ArchiveError
 */
export async function readImages(
  entries: Entries,
  runtime: ArchiveRuntime,
): Promise<readonly ArchiveImage[]> {
  const isLayout = hasEntry(entries, 'index.json');
  const isDocker = hasEntry(entries, 'manifest.json');
  if (!isLayout && !isDocker) throw new ArchiveError('NO_MANIFEST');
  const stored = isLayout ? await readLayout(entries, runtime) : [];
  const composed = isDocker ? await readDockerArchive(entries, runtime) : [];
  const images = mergeImages(stored, composed);
  if (images.length === 0) throw new ArchiveError('NO_MANIFEST');
  return images;
}

/**
 * Chooses the better of an image's two descriptions: the layout's manifest, which keeps the image's
 * digest, unless it is one that Docker's classic image store made up, with uncompressed layers or
 * none.
 */
function mergeImages(
  stored: readonly ArchiveImage[],
  composed: readonly DockerImage[],
): ArchiveImage[] {
  const left = new Map(composed.map((image) => [image.id, image]));
  const taken = stored.map((image) => {
    const [twin] = image.configs.flatMap(({ digest }) => (digest && left.get(digest)) ?? []);
    for (const { digest } of image.configs) if (digest) left.delete(digest);
    return twin && isMadeUp(image, twin) ? twin : image;
  });
  return [...taken, ...left.values()];
}

/** An image with referrers must keep its digest. */
function isMadeUp(image: ArchiveImage, twin: DockerImage): boolean {
  if (image.isIndex || image.referrers > 0) return false;
  if (image.layers.length < twin.layers.length) return true;
  return twin.hasLayerSources && image.layers.some(({ compression }) => compression === null);
}

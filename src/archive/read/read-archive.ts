import { type Compression, decompress, findCompression, MAGIC_BYTES } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import type { ArchiveImage } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import type { Source } from '../source.ts';
import { readBytes } from '../streams.ts';
import { DecompressedSource } from './decompressed-source.ts';
import type { Entries } from './entries.ts';
import { readDockerArchive } from './read-docker.ts';
import { readLayout } from './read-layout.ts';
import { indexTar } from './tar-index.ts';

/** What an archive holds. Its contents are read from it when they are pushed. */
export interface ArchiveContents {
  /** Bytes of the file itself. */
  readonly size: number;
  /** How the whole file is packed. */
  readonly compression: Compression | null;
  /** At least one. */
  readonly images: readonly ArchiveImage[];
}

export interface ReadOptions {
  readonly runtime: ArchiveRuntime;
  /** Bytes that the file, and what it unpacks to, may have; without it there is no limit. */
  readonly maxBytes?: number;
}

/**
 * Reads what is in a tar archive of images, plain or packed by gzip or zstd: of a plain one
 * only headers and documents, of a packed one everything, once.
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
    ? new DecompressedSource(() => decompress(source.read(0, size), compression, runtime))
    : source;
  const images = await readImages(await indexTar(tar, maxBytes), runtime);
  return { size, compression, images };
}

/**
 * Reads the images of an archive's files, or of a folder's: docker's own list, an OCI layout,
 * or both in one, as Docker writes since version 25.
 * @throws ArchiveError
 */
export async function readImages(
  entries: Entries,
  runtime: ArchiveRuntime,
): Promise<readonly ArchiveImage[]> {
  const isLayout = entries.has('index.json');
  const isDocker = entries.has('manifest.json');
  if (!isLayout && !isDocker) throw new ArchiveError('NO_MANIFEST');
  const stored = isLayout ? await readLayout(entries, runtime) : [];
  const composed = isDocker ? await readDockerArchive(entries, runtime) : [];
  const images = mergeImages(stored, composed);
  if (images.length === 0) throw new ArchiveError('NO_MANIFEST');
  return images;
}

/**
 * Takes each image the better way. Docker's image store without containerd writes manifests
 * of plain layers, or of none at all: then what manifest.json says is taken. Elsewhere the
 * manifests of the layout stay as they are.
 */
function mergeImages(
  stored: readonly ArchiveImage[],
  composed: readonly ArchiveImage[],
): ArchiveImage[] {
  const left = new Map(composed.map((image) => [image.id, image]));
  const taken = stored.map((image) => {
    const [twin] = image.configs.flatMap(({ digest }) => (digest && left.get(digest)) ?? []);
    for (const { digest } of image.configs) if (digest) left.delete(digest);
    return twin && !isComplete(image, twin) ? { ...twin, names: twin.names } : image;
  });
  return [...taken, ...left.values()];
}

/** Whether a stored image has all layers, packed. One that is pinned by others stays anyway. */
function isComplete(image: ArchiveImage, twin: ArchiveImage): boolean {
  if (image.isIndex || image.referrers > 0) return true;
  const isCompressed = image.layers.every(({ compression }) => compression !== null);
  return isCompressed && image.layers.length >= twin.layers.length;
}

import type { Digest } from '../../domain/digest.ts';
import {
  type ForeignLayer,
  parseDiffIds,
  parseSavedImages,
  type SavedImage,
} from '../../domain/docker-archive.ts';
import { parseImageConfig } from '../../domain/image-config.ts';
import { namePlatforms } from '../../domain/platforms.ts';
import { type Compression, findCompression } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import { FileContent } from '../file-content.ts';
import {
  type ArchiveBlob,
  type ArchiveImage,
  distinctBlobs,
  isForeign,
  totalSize,
} from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import {
  digestFromPath,
  type Entries,
  findFile,
  hasEntry,
  readDocument,
  resolvePath,
} from './entries.ts';

const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';

/** An image of a manifest.json. */
export interface DockerImage extends ArchiveImage, Pick<SavedImage, 'hasLayerSources'> {}

/**
 * Reads archives of `docker save` since 1.10, and of tools that write the same format. They have
 * an image's config and layers, but no manifest: it is composed once the layers are pushed.
 * https://github.com/moby/moby/blob/master/image/spec/v1.2.md
 * @throws ArchiveError
 */
export async function readDockerArchive(
  entries: Entries,
  runtime: ArchiveRuntime,
): Promise<DockerImage[]> {
  const { path, text } = await readDocument(entries, 'manifest.json', null, runtime);
  const saved = parseSavedImages(text);
  if (typeof saved === 'string')
    throw new ArchiveError('MANIFEST_INVALID', { path, reason: saved });
  const images = new Map<Digest, DockerImage>();
  for (const one of saved) {
    const image = await readImage(entries, one, runtime);
    const names = [...(images.get(image.id)?.names ?? []), ...image.names];
    images.set(image.id, { ...image, names: [...new Set(names)] });
  }
  return [...images.values()];
}

async function readImage(
  entries: Entries,
  saved: SavedImage,
  runtime: ArchiveRuntime,
): Promise<DockerImage> {
  const path = resolvePath('', saved.configPath);
  const { digest, bytes, text } = await readDocument(entries, path, digestFromPath(path), runtime);
  const layers = await readLayers(entries, saved, path, text);
  const size = bytes.length;
  const content = FileContent.of(bytes);
  const about = { path, digest, diffId: null, size, compression: null, content };
  const config = { ...about, mediaType: DOCKER_CONFIG };
  const distinct = distinctBlobs(layers.flatMap((layer) => (isForeign(layer) ? [] : [layer])));
  return {
    id: digest,
    names: saved.names,
    platforms: namePlatforms([parseImageConfig(text)?.platform ?? null]),
    missingPlatforms: [],
    isIndex: false,
    layers: distinct,
    configs: [config],
    referrers: 0,
    size: totalSize([...distinct, config]),
    recipe: { kind: 'composed', config, layers },
    hasLayerSources: saved.hasLayerSources,
  };
}

/** The layers in the order of the config's `diff_ids`. */
async function readLayers(
  entries: Entries,
  { layerPaths, foreignLayers }: SavedImage,
  configPath: string,
  config: string,
): Promise<(ArchiveBlob | ForeignLayer)[]> {
  const diffIds = parseDiffIds(config);
  if (diffIds?.length !== layerPaths.length) {
    const reason = `it lists ${diffIds?.length ?? 0} layers, but manifest.json lists ${layerPaths.length}`;
    throw new ArchiveError('MANIFEST_INVALID', { path: configPath, reason });
  }
  const layers: (ArchiveBlob | ForeignLayer)[] = [];
  for (const [i, diffId] of diffIds.entries()) {
    const path = resolvePath('', layerPaths[i] ?? '');
    const foreign = hasEntry(entries, path) ? undefined : foreignLayers.get(diffId);
    layers.push(foreign ?? (await readLayer(entries, path, diffId)));
  }
  return layers;
}

async function readLayer(entries: Entries, path: string, diffId: Digest): Promise<ArchiveBlob> {
  const content = findFile(entries, path);
  const compression = findCompression(await content.head(), path);
  const { size } = content;
  const mediaType = layerMediaType(compression);
  return { path, mediaType, digest: null, diffId, size, compression, content };
}

/** The media type to push a layer with; an uncompressed one is sent as gzip. */
function layerMediaType(compression: Compression | null): string {
  return `application/vnd.docker.image.rootfs.diff.tar.${compression ?? 'gzip'}`;
}

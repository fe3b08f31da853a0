import type { Digest } from '../../domain/digest.ts';
import { isImageConfig, parseImageConfig } from '../../domain/image-config.ts';
import type { Descriptor } from '../../domain/manifest-parts.ts';
import { isIndex, isManifestMediaType, OCI_INDEX } from '../../domain/media-types.ts';
import { namePlatforms, type Platform } from '../../domain/platforms.ts';
import type { Compression } from '../compression.ts';
import { ArchiveError } from '../errors.ts';
import { type ArchiveBlob, type ArchiveImage, distinctBlobs, totalSize } from '../images.ts';
import type { ArchiveRuntime } from '../runtime.ts';
import {
  type Entries,
  findFile,
  hasEntry,
  type JsonDocument,
  MAX_DOCUMENT_BYTES,
  parseObject,
  readDocument,
} from './entries.ts';
import {
  blobPath,
  ManifestGraph,
  type ManifestNode,
  manifestsUnder,
  readManifest,
  UNKNOWN_TYPE,
} from './manifest-graph.ts';
import { groupReferrers, type ImageGroup } from './referrers.ts';
import { selectPresentImages } from './sparse-index.ts';

/** Annotations in which tools store an image's name, the most complete first. */
const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/**
 * Lists the images of an OCI image layout. Manifests are pushed byte for byte.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 * @throws ArchiveError
 */
export async function readLayout(
  entries: Entries,
  runtime: ArchiveRuntime,
): Promise<ArchiveImage[]> {
  const index = await readDocument(entries, 'index.json', null, runtime);
  const { children } = readManifest(withMediaTypes(index), OCI_INDEX).parts;
  const isManifest = (type: string) => type === UNKNOWN_TYPE || isManifestMediaType(type);
  const listed = children.filter(({ mediaType }) => isManifest(mediaType));
  const names = new Map<Digest, string[]>();
  const graph = new ManifestGraph(entries, runtime);
  const roots = new Map<Digest, ManifestNode>();
  for (const descriptor of listed) {
    const { digest } = descriptor;
    roots.set(digest, await graph.load(descriptor));
    names.set(digest, [...(names.get(digest) ?? []), ...nameOf(descriptor)]);
  }
  const groups = groupReferrers([...roots.values()], names);
  const images: ArchiveImage[] = [];
  for (const group of groups) {
    images.push(await makeImage(entries, runtime, group, names.get(group.root.digest) ?? []));
  }
  return images;
}

/** Some tools list manifests without their media type, which the manifests then tell themselves. */
function withMediaTypes(index: JsonDocument): JsonDocument {
  const json = parseObject(index.text);
  const manifests: unknown = json?.manifests;
  if (!json || !Array.isArray(manifests)) return index;
  const typed = manifests.map((one: unknown) =>
    typeof one === 'object' && one !== null && !('mediaType' in one && one.mediaType)
      ? { ...one, mediaType: UNKNOWN_TYPE }
      : one,
  );
  return { ...index, text: JSON.stringify({ ...json, manifests: typed }) };
}

function nameOf({ annotations }: Descriptor): string[] {
  const name = NAME_ANNOTATIONS.map((key) => annotations[key]).find(Boolean);
  return name === undefined ? [] : [name];
}

async function makeImage(
  entries: Entries,
  runtime: ArchiveRuntime,
  { root: found, referrers }: ImageGroup,
  names: readonly string[],
): Promise<ArchiveImage> {
  const { root, missing } = await selectPresentImages(found, runtime);
  const nodes = manifestsUnder([...referrers, root]);
  for (const [first] of nodes.map((node) => node.missing)) {
    if (first) throw new ArchiveError('FILE_MISSING', { path: blobPath(first.digest) });
  }
  const blobs = nodes.flatMap((node) => blobsOf(entries, node));
  const inRole = (role: BlobInRole['role']) =>
    distinctBlobs(blobs.filter((one) => one.role === role).map(({ blob }) => blob));
  const [layers, configs] = [inRole('layer'), inRole('config')];
  return {
    id: found.digest,
    names: [...new Set(names)],
    platforms: namePlatforms(await platformsOf(entries, runtime, root)),
    missingPlatforms: namePlatforms(missing.map(({ platform }) => platform)),
    isIndex: isIndex(root.mediaType),
    layers,
    configs,
    referrers: referrers.length,
    size: totalSize([...layers, ...configs]),
    recipe: { kind: 'stored', manifests: nodes },
  };
}

interface BlobInRole {
  readonly role: 'config' | 'layer';
  readonly blob: ArchiveBlob;
}

/** The blobs of a manifest; layers that have an address elsewhere only if the archive has them. */
function blobsOf(entries: Entries, { parts }: ManifestNode): BlobInRole[] {
  const { config, layers, children } = parts;
  const others = children.filter(({ mediaType }) => !isManifestMediaType(mediaType));
  const needed = [...layers, ...others].filter(
    ({ urls, digest }) => urls.length === 0 || hasEntry(entries, blobPath(digest)),
  );
  const blobs = needed.map((one): BlobInRole => ({ role: 'layer', blob: makeBlob(entries, one) }));
  if (config) blobs.push({ role: 'config', blob: makeBlob(entries, config) });
  return blobs;
}

function makeBlob(entries: Entries, { digest, mediaType, size }: Descriptor): ArchiveBlob {
  const path = blobPath(digest);
  const content = findFile(entries, path);
  if (content.size !== size) {
    throw new ArchiveError('SIZE_MISMATCH', { path, expected: size, found: content.size });
  }
  const compression = compressionOf(mediaType);
  return { path, mediaType, digest, diffId: null, size, compression, content };
}

/** The compression that a layer's media type names. */
function compressionOf(mediaType: string): Compression | null {
  if (/[+.]gzip$/.test(mediaType)) return 'gzip';
  return /[+.]zstd$/.test(mediaType) ? 'zstd' : null;
}

/** An index lists its platforms; an image's is in its config. */
async function platformsOf(
  entries: Entries,
  runtime: ArchiveRuntime,
  { parts }: ManifestNode,
): Promise<(Platform | null)[]> {
  const { config, children } = parts;
  if (config === null) return children.map(({ platform }) => platform);
  if (!isImageConfig(config.mediaType) || config.size > MAX_DOCUMENT_BYTES) return [];
  const { text } = await readDocument(entries, blobPath(config.digest), config.digest, runtime);
  return [parseImageConfig(text)?.platform ?? null];
}

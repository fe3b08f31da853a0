import type { Digest } from '../../domain/digest.ts';
import { RegistryError } from '../../domain/errors.ts';
import { type Descriptor, parseManifestParts } from '../../domain/manifest-parts.ts';
import { isIndex, isManifestMediaType } from '../../domain/media-types.ts';

/** The exact text of a manifest. */
export interface RawManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly text: string;
}

/** Reads manifests of one image. The result may have another order. */
export type ReadManifests = (digests: readonly Digest[]) => Promise<readonly RawManifest[]>;

/** The distinct manifests and blobs of an image or an index. */
export interface ImageContents {
  /** The first is the root. */
  readonly manifests: readonly [RawManifest, ...RawManifest[]];
  readonly blobs: readonly ContentBlob[];
}

/** A blob as a manifest describes it. */
interface ContentBlob extends Descriptor {
  /** Whether it may be outside the registry: its `urls` say where. */
  readonly foreign: boolean;
}

/** Limits of the manifests of one archive, which are held in memory. */
const MAX_TOTAL_BYTES = 16 * 1024 * 1024;
const MAX_LEVELS = 8;

/**
 * Gathers an image, or an index and everything it lists, level by level.
 * @throws RegistryError SIZE_INVALID for an index that is too large for one archive; errors of
 *   `read`
 */
export async function gatherContents(
  root: RawManifest,
  read: ReadManifests,
): Promise<ImageContents> {
  const manifests = new Map([[root.digest, root]]);
  const blobs = new Map<Digest, ContentBlob>();
  let level: readonly RawManifest[] = [root];
  for (let levels = 1; level.length > 0; levels++) {
    checkLimits(levels, manifests);
    const named = level.flatMap(listDescriptors);
    for (const one of named.filter(({ isManifest }) => !isManifest)) addBlob(blobs, one);
    const children = named.filter(({ isManifest }) => isManifest).map(({ digest }) => digest);
    const missing = [...new Set(children)].filter((digest) => !manifests.has(digest));
    level = missing.length === 0 ? [] : await read(missing);
    for (const manifest of level) manifests.set(manifest.digest, manifest);
  }
  const [, ...others] = manifests.values();
  const content = [...blobs.values()].filter(({ digest }) => !manifests.has(digest));
  return { manifests: [root, ...others], blobs: content };
}

/** Config and layers of an image are blobs, whatever their media type. */
function listDescriptors({ text, mediaType }: RawManifest) {
  const { config, layers, children } = parseManifestParts(text);
  if (isIndex(mediaType)) {
    return children.map((one) => ({ ...one, isManifest: isManifestMediaType(one.mediaType) }));
  }
  return [...(config ? [config] : []), ...layers].map((one) => ({ ...one, isManifest: false }));
}

function addBlob(blobs: Map<Digest, ContentBlob>, descriptor: Descriptor): void {
  const foreign = descriptor.urls.length > 0;
  const known = blobs.get(descriptor.digest);
  if (!known || (known.foreign && !foreign)) {
    blobs.set(descriptor.digest, { ...descriptor, foreign });
  }
}

function checkLimits(levels: number, manifests: ReadonlyMap<Digest, RawManifest>): void {
  const bytes = [...manifests.values()].reduce((sum, { text }) => sum + text.length, 0);
  if (levels <= MAX_LEVELS && bytes <= MAX_TOTAL_BYTES) return;
  throw new RegistryError(
    'SIZE_INVALID',
    'the index is too large for one archive: choose a platform',
  );
}

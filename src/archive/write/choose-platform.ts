import { RegistryError } from '../../domain/errors.ts';
import { KIND_NAMES, kindOfContent } from '../../domain/kinds.ts';
import { type Descriptor, parseManifestParts } from '../../domain/manifest-parts.ts';
import { isIndex, isManifestMediaType, OCI_INDEX } from '../../domain/media-types.ts';
import { formatPlatform, type Platform, usualVariant } from '../../domain/platforms.ts';
import { notLoadable } from './not-loadable.ts';

/** Chosen if the caller names no platform. */
const DEFAULT_PLATFORM: Platform = {
  os: 'linux',
  architecture: 'amd64',
  variant: null,
  osVersion: null,
  osFeatures: [],
};

/**
 * Chooses the image of an index for a platform. If `wanted` is null, that is the image for
 * linux/amd64, else the only image of the index. Between two builds of a system, such as of Windows,
 * the caller has to choose; of several images for the very same platform the first is taken.
 * https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * @param text the index
 * @throws RegistryError FIELD_INVALID on the field `platform`, listing the platforms there are; on
 *   `format` if nothing is wanted of an index without images
 */
export function choosePlatform(text: string, wanted: Platform | null): Descriptor {
  const parts = parseManifestParts(text);
  const images = parts.children.filter(isPlatformImage);
  if (images.length === 0) throw withoutImages(KIND_NAMES[kindOfContent(OCI_INDEX, parts)], wanted);
  const asked = wanted ?? DEFAULT_PLATFORM;
  const matching = images.filter(({ platform }) => platform && matches(platform, asked));
  const variant = asked.variant ?? usualVariant(asked.architecture);
  const exact = matching.filter(({ platform }) => platform?.variant === variant);
  const candidates = exact.length > 0 ? exact : matching;
  const [chosen] = candidates;
  if (chosen && new Set(candidates.map(systemOf)).size === 1) return chosen;
  const [only] = images;
  if (!chosen && wanted === null && only && images.length === 1) return only;
  throw mustChoose(chosen ? candidates : images, chosen ? null : wanted);
}

/** Lists what can be chosen: by a platform, or by a digest where that does not tell images apart. */
function mustChoose(images: readonly Descriptor[], missing: Platform | null): RegistryError {
  const byText = new Map<string | null, Set<string>>();
  for (const { platform, digest } of images) {
    const text = platform && formatPlatform(platform);
    byText.set(text, (byText.get(text) ?? new Set()).add(digest));
  }
  const platforms = [...byText.keys()].filter((text) => text !== null);
  const listed = [...byText].map(([text, digests]) => {
    const all = [...digests].join(', ');
    if (text === null) return `no platform (${all})`;
    return digests.size > 1 ? `${text} (${all})` : text;
  });
  const isByDigest = [...byText].some(([text, { size }]) => text === null || size > 1);
  const choice = isByDigest ? 'choose one, by platform or digest' : 'choose one';
  const what = missing ? `none is for ${formatPlatform(missing)}` : choice;
  return new RegistryError(
    'FIELD_INVALID',
    `platform: the index has images for ${listed.join(', ')}: ${what}`,
    { field: 'platform', detail: { platforms } },
  );
}

function withoutImages(what: string, wanted: Platform | null): RegistryError {
  if (wanted === null) return notLoadable(`${what} without images`);
  const message = `platform: ${what} without images has no platforms`;
  return new RegistryError('FIELD_INVALID', message, { field: 'platform' });
}

/** What differs between two builds of one system. */
function systemOf({ platform }: Descriptor): string {
  return JSON.stringify([platform?.osVersion, platform?.osFeatures]);
}

/** Attestations have the platform `unknown`. */
function isPlatformImage({ mediaType, platform }: Descriptor): boolean {
  return isManifestMediaType(mediaType) && !isIndex(mediaType) && platform?.os !== 'unknown';
}

/** What is not wanted may be anything. */
function matches(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  if (wanted.osVersion !== null && offered.osVersion !== wanted.osVersion) return false;
  if (wanted.osFeatures.some((feature) => !offered.osFeatures.includes(feature))) return false;
  return wanted.variant === null || offered.variant === wanted.variant;
}

import { RegistryError } from '../../domain/errors.ts';
import { KIND_NAMES, kindOfContent } from '../../domain/kinds.ts';
import { type Descriptor, parseManifestParts } from '../../domain/manifest-parts.ts';
import { isIndex, isManifestMediaType, OCI_INDEX } from '../../domain/media-types.ts';
import { formatPlatform, type Platform } from '../../domain/platforms.ts';
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
 * the caller has to choose.
 * @param text the index
 * @throws RegistryError FIELD_INVALID on the field `platform`, listing the platforms there are; on
 *   `format` if nothing is wanted of an index without images
 */
export function choosePlatform(text: string, wanted: Platform | null): Descriptor {
  const parts = parseManifestParts(text);
  const images = parts.children.filter(isPlatformImage);
  if (images.length === 0) throw withoutImages(KIND_NAMES[kindOfContent(OCI_INDEX, parts)], wanted);
  const matching = images.filter(
    ({ platform }) => platform && matches(platform, wanted ?? DEFAULT_PLATFORM),
  );
  const exact = matching.filter(({ platform }) => platform?.variant === (wanted?.variant ?? null));
  const candidates = exact.length > 0 ? exact : matching;
  const [chosen] = candidates;
  if (chosen && new Set(candidates.map(systemOf)).size === 1) return chosen;
  const [only] = images;
  if (!chosen && wanted === null && only && images.length === 1) return only;
  const listed = chosen ? candidates : images;
  const available = listed.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  const isMissing = wanted !== null && !chosen;
  const what = isMissing ? `none is for ${formatPlatform(wanted)}` : 'choose one';
  throw new RegistryError(
    'FIELD_INVALID',
    `platform: the index has images for ${available.join(', ') || 'no platform'}: ${what}`,
    { field: 'platform', detail: { platforms: available } },
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

/** What is not wanted may be anything. v8 is the only variant of arm64 and often omitted. */
function matches(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  if (wanted.osVersion !== null && offered.osVersion !== wanted.osVersion) return false;
  if (wanted.osFeatures.some((feature) => !offered.osFeatures.includes(feature))) return false;
  return wanted.variant === null || variantOf(offered) === variantOf(wanted);
}

function variantOf({ architecture, variant }: Platform): string | null {
  return architecture === 'arm64' ? (variant ?? 'v8') : variant;
}

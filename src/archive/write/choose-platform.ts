import { RegistryError } from '../../domain/errors.ts';
import { type Descriptor, parseManifestParts } from '../../domain/manifest-parts.ts';
import { isIndex, isManifestMediaType } from '../../domain/media-types.ts';
import { formatPlatform, type Platform } from '../../domain/platforms.ts';

/** Chosen if the caller names no platform. */
const DEFAULT_PLATFORM: Platform = { os: 'linux', architecture: 'amd64', variant: null };

/**
 * Chooses the image of an index for a platform. If `wanted` is null, that is the image for
 * linux/amd64, else the only image of the index.
 * @param text the index
 * @throws RegistryError FIELD_INVALID on the field `platform`, listing the platforms there are
 */
export function choosePlatform(text: string, wanted: Platform | null): Descriptor {
  const images = parseManifestParts(text).children.filter(isPlatformImage);
  const matching = images.filter(
    ({ platform }) => platform && matches(platform, wanted ?? DEFAULT_PLATFORM),
  );
  const exact = matching.find(({ platform }) => platform?.variant === (wanted?.variant ?? null));
  const chosen = exact ?? matching[0];
  if (chosen) return chosen;
  const [only] = images;
  if (wanted === null && only && images.length === 1) return only;
  const available = images.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  const what = wanted === null ? 'choose one' : `none is for ${formatPlatform(wanted)}`;
  throw new RegistryError(
    'FIELD_INVALID',
    `platform: the index has images for ${available.join(', ') || 'no platform'}: ${what}`,
    { field: 'platform', detail: { platforms: available } },
  );
}

/** Attestations have the platform `unknown`. */
function isPlatformImage({ mediaType, platform }: Descriptor): boolean {
  return isManifestMediaType(mediaType) && !isIndex(mediaType) && platform?.os !== 'unknown';
}

/** Without a wanted variant any matches. v8 is the only variant of arm64 and often omitted. */
function matches(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return wanted.variant === null || variantOf(offered) === variantOf(wanted);
}

function variantOf({ architecture, variant }: Platform): string | null {
  return architecture === 'arm64' ? (variant ?? 'v8') : variant;
}

import { RegistryError } from '../../domain/errors.ts';
import { type Descriptor, readParts } from '../../domain/manifest-parts.ts';
import { isIndex, isManifestMediaType } from '../../domain/media-types.ts';
import { formatPlatform, type Platform } from '../../domain/platforms.ts';

/** What is taken of an index where nobody says. */
const DEFAULT_PLATFORM: Platform = { os: 'linux', architecture: 'amd64', variant: null };

/**
 * The image of an index that runs on a platform. Where none is named that is the one for
 * linux/amd64, else the only one there is.
 * @param text the index
 * @throws RegistryError FIELD_INVALID on the field `platform`, listing what is there
 */
export function choosePlatform(text: string, wanted: Platform | null): Descriptor {
  const images = readParts(text).children.filter(isPlatformImage);
  const matching = images.filter(
    ({ platform }) => platform && matches(platform, wanted ?? DEFAULT_PLATFORM),
  );
  const exact = matching.find(({ platform }) => platform?.variant === (wanted?.variant ?? null));
  const chosen = exact ?? matching[0];
  if (chosen) return chosen;
  const [only] = images;
  if (wanted === null && only && images.length === 1) return only;
  const available = images.flatMap(({ platform }) => (platform ? [formatPlatform(platform)] : []));
  const what = wanted === null ? 'say which one' : `there is none for ${formatPlatform(wanted)}`;
  throw new RegistryError(
    'FIELD_INVALID',
    `platform: the index has images for ${available.join(', ') || 'no platform'}: ${what}`,
    { field: 'platform', detail: { platforms: available } },
  );
}

/** Attestations in an index say that theirs is `unknown`. */
function isPlatformImage({ mediaType, platform }: Descriptor): boolean {
  return isManifestMediaType(mediaType) && !isIndex(mediaType) && platform?.os !== 'unknown';
}

/** A variant that nobody names is any; v8 is the only one of arm64 and often left out. */
function matches(offered: Platform, wanted: Platform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return wanted.variant === null || variantOf(offered) === variantOf(wanted);
}

function variantOf({ architecture, variant }: Platform): string | null {
  return architecture === 'arm64' ? (variant ?? 'v8') : variant;
}

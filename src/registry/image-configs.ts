import { type ImageConfig, isImageConfig, parseImageConfig } from '../domain/image-config.ts';
import type { Manifest } from '../domain/manifests.ts';
import { namePlatforms } from '../domain/platforms.ts';
import { findBlob } from '../storage/content/blobs.ts';
import { setPlatforms } from '../storage/content/versions.ts';
import { logFailure } from '../storage/failures.ts';
import { readBlob } from './blobs.ts';
import type { RepositoryContext } from './context.ts';
import type { PushedManifest } from './push-manifest.ts';

/** Larger configs, in bytes, are not read; real ones have a few KiB. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * The config of an image; null for an artifact, or if it is too large or invalid.
 * @throws RegistryError UNKNOWN if it is lost, UNAVAILABLE if it cannot be read now
 */
export async function readImageConfig(
  context: RepositoryContext,
  imageId: number,
  config: Manifest['config'],
): Promise<ImageConfig | null> {
  if (config === null || !isImageConfig(config.mediaType)) return null;
  const blob = await findBlob(context.db, imageId, config.digest);
  if (blob === null || blob.size > MAX_CONFIG_BYTES) return null;
  return parseImageConfig(new TextDecoder().decode(await readBlob(context, blob)));
}

/**
 * Stores the platform of a manifest that was just pushed, read from its config. An index contains
 * its platforms. Never throws: if this fails, the platform is stored when the version is viewed.
 */
export async function notePlatforms(
  context: RepositoryContext,
  { imageId, digest, manifest }: PushedManifest,
): Promise<void> {
  if (manifest.platforms !== null) return;
  try {
    const config = await readImageConfig(context, imageId, manifest.config);
    await setPlatforms(context.db, imageId, digest, namePlatforms([config?.platform ?? null]));
  } catch (error) {
    logFailure('the platform of a manifest could not be stored', error, { digest });
  }
}

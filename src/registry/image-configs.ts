import { type ImageConfig, isImageConfig, parseImageConfig } from '../domain/image-config.ts';
import type { Manifest } from '../domain/manifests.ts';
import { namePlatforms } from '../domain/platforms.ts';
import { findBlob } from '../storage/content/blobs.ts';
import { setPlatforms } from '../storage/content/versions.ts';
import type { RepositoryContext } from './context.ts';
import type { PushedManifest } from './push-manifest.ts';

/** Larger configs, in bytes, are not read; real ones have a few KiB. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** The config of an image; null for an artifact, or if it is missing, damaged or invalid. */
export async function readImageConfig(
  { db, bucket }: RepositoryContext,
  imageId: number,
  config: Manifest['config'],
): Promise<ImageConfig | null> {
  if (config === null || !isImageConfig(config.mediaType)) return null;
  const blob = await findBlob(db, imageId, config.digest);
  if (blob === null || blob.damaged || blob.size > MAX_CONFIG_BYTES) return null;
  const object = await bucket.get(blob.key);
  return object && parseImageConfig(await object.text());
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
    console.error({ message: 'the platform of a manifest could not be stored', digest, error });
  }
}

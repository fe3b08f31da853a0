import { type ImageConfig, isImageConfig, parseImageConfig } from '../domain/image-config.ts';
import type { Manifest } from '../domain/manifests.ts';
import { namePlatforms } from '../domain/platforms.ts';
import { findBlob } from '../storage/content/blobs.ts';
import { setPlatforms } from '../storage/content/versions.ts';
import type { RepositoryContext } from './context.ts';
import type { PushedManifest } from './push-manifest.ts';

/** A config larger than this, in bytes, is not read; real ones have a few KiB. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** The config of an image; null for an artifact, and for one that is not there or not right. */
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
 * Notes which platform a manifest that was just pushed is for, as its config says; an index says
 * that itself. No answer has to wait for it: what is not done here is done when the version is
 * viewed.
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
    console.error({ message: 'the platform of a manifest could not be noted', digest, error });
  }
}

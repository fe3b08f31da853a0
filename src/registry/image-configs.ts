import type { Digest } from '../domain/digest.ts';
import { type ImageConfig, isImageConfig, parseImageConfig } from '../domain/image-config.ts';
import { type ManifestParts, readParts } from '../domain/manifest-parts.ts';
import { isIndex } from '../domain/media-types.ts';
import { namePlatforms } from '../domain/platforms.ts';
import { findBlob } from '../storage/content/blobs.ts';
import { findManifest } from '../storage/content/manifests.ts';
import { setPlatforms } from '../storage/content/versions.ts';
import type { RepositoryContext } from './context.ts';
import { openManifest } from './manifests.ts';

/** A config larger than this, in bytes, is not read; real ones have a few KiB. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** The config of an image; null for an artifact, and for one that is not there or not right. */
export async function readImageConfig(
  { db, bucket }: RepositoryContext,
  imageId: number,
  { config }: ManifestParts,
): Promise<ImageConfig | null> {
  if (config === null || !isImageConfig(config.mediaType)) return null;
  const blob = await findBlob(db, imageId, config.digest);
  if (blob === null || blob.damaged || blob.size > MAX_CONFIG_BYTES) return null;
  const object = await bucket.get(blob.key);
  return object && parseImageConfig(await object.text());
}

/**
 * Notes which platform a manifest that was just pushed is for, as its config says. Nobody has
 * to wait for it: what it does not get done is done when the version is viewed.
 */
export async function notePlatforms(
  context: RepositoryContext,
  imageId: number,
  digest: Digest,
): Promise<void> {
  try {
    const record = await findManifest(context.db, imageId, digest);
    if (record === null || isIndex(record.mediaType)) return;
    const parts = readParts(await new Response(await openManifest(context, record)).text());
    const config = await readImageConfig(context, imageId, parts);
    await setPlatforms(context.db, imageId, digest, namePlatforms([config?.platform ?? null]));
  } catch (error) {
    console.error({ message: 'the platform of a manifest could not be noted', digest, error });
  }
}

import { RegistryError } from '../../domain/errors.ts';
import { type Database, refusalOf } from '../database.ts';
import { hasImage, type ImageToWrite, imageToMake, knownImage } from '../workspaces/images.ts';
import { type BlobRecord, publishBlob, type StoredObject } from './blobs.ts';

/** The image a push goes to. */
export interface PushTarget {
  readonly workspaceId: number;
  readonly image: string;
  /** Null if the image did not exist when the request began. */
  readonly imageId: number | null;
}

/**
 * Runs a write that needs the image, and that makes it if it did not exist, or if it was deleted
 * since the request began.
 * @throws RegistryError NAME_UNKNOWN if the workspace was deleted; other refusals of the write
 */
export async function withImage<T>(
  db: Database,
  target: PushTarget,
  now: number,
  write: (image: ImageToWrite) => Promise<T>,
): Promise<T> {
  try {
    return await write(imageToWrite(target, now));
  } catch (error) {
    if (!(await isImageGone(db, target, error))) throw workspaceGone(error);
  }
  try {
    return await write(imageToWrite({ ...target, imageId: null }, now));
  } catch (error) {
    throw workspaceGone(error);
  }
}

/** The image of a push; the write makes it if it did not exist when the request began. */
export function imageToWrite(
  { workspaceId, image, imageId }: PushTarget,
  now: number,
): ImageToWrite {
  return imageId === null ? imageToMake(workspaceId, image, now) : knownImage(imageId);
}

async function isImageGone(db: Database, { imageId }: PushTarget, error: unknown) {
  const refusal = refusalOf(error);
  if (refusal === 'image_deleted') return true;
  return refusal === 'foreign_key' && imageId !== null && !(await hasImage(db, imageId));
}

function workspaceGone(error: unknown): unknown {
  return refusalOf(error) === 'workspace_deleted' ? new RegistryError('NAME_UNKNOWN') : error;
}

/**
 * Publishes verified bytes as a blob of an image, which it answers: the last step of every upload.
 * @throws RegistryError NAME_UNKNOWN if the workspace was deleted; BLOB_UPLOAD_UNKNOWN if the
 *   object is in the deletion queue, so that no row may name it
 */
export async function publishInto(
  db: Database,
  target: PushTarget,
  object: StoredObject,
  now: number,
): Promise<BlobRecord> {
  try {
    return await withImage(db, target, now, (image) => publishBlob(db, image, object, now));
  } catch (error) {
    if (refusalOf(error) !== 'foreign_key') throw error;
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN');
  }
}

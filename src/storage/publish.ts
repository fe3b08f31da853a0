import { publishBlob, type StoredObject } from './blobs.ts';
import { type Database, refusalOf } from './database.ts';
import { ensureImage } from './images.ts';

/** The image a push goes to. */
export interface PushTarget {
  readonly workspaceId: number;
  readonly image: string;
  /** Null when the image was not there as the request began. */
  readonly imageId: number | null;
}

/**
 * Runs a write that needs the image, which is made when it is not there, or when it went to
 * the trash since the request began.
 * @throws refusals of the write, and workspace_deleted
 */
export async function withImage<T>(
  db: Database,
  target: PushTarget,
  now: number,
  write: (imageId: number) => Promise<T>,
): Promise<T> {
  const make = () => ensureImage(db, target.workspaceId, target.image, now);
  try {
    return await write(target.imageId ?? (await make()));
  } catch (error) {
    if (refusalOf(error) !== 'image_deleted') throw error;
    return await write(await make());
  }
}

/** Publishes verified bytes as a blob of an image: the last step of every upload. */
export async function publishInto(
  db: Database,
  target: PushTarget,
  object: StoredObject,
  now: number,
): Promise<void> {
  await withImage(db, target, now, (imageId) => publishBlob(db, imageId, object, now));
}

import { RegistryError } from '../domain/errors.ts';
import { formatTrashId } from '../domain/trash.ts';
import { type ImageName, trashImages } from '../storage/image-views.ts';
import { findRepository, type Repository } from '../storage/images.ts';
import type { Platform } from './context.ts';

/**
 * An image that was pushed to, by workspace and name.
 * @throws RegistryError NOT_FOUND
 */
export async function getRepository(
  { db }: Platform,
  workspace: string,
  image: string,
): Promise<Repository & { readonly imageId: number }> {
  const repository = await findRepository(db, { workspace, image });
  if (!repository || repository.imageId === null || !repository.published) {
    throw imageUnknown(workspace, image);
  }
  return { ...repository, imageId: repository.imageId };
}

/** How moving one image to the trash fared. */
export type ImageDeletion = { readonly trashId: string } | { readonly error: RegistryError };

/** Moves images with all their versions to the trash. */
export async function deleteImages(
  { db }: Platform,
  names: readonly ImageName[],
  actor: string,
): Promise<ImageDeletion[]> {
  const trashed = await trashImages(db, names, actor, Date.now());
  return names.map(({ workspace, image }, n) => {
    const id = trashed[n] ?? null;
    if (id === null) return { error: imageUnknown(workspace, image) };
    return { trashId: formatTrashId('image', id) };
  });
}

function imageUnknown(workspace: string, image: string): RegistryError {
  return new RegistryError('NOT_FOUND', `there is no image ${workspace}/${image}`);
}

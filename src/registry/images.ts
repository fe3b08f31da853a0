import { RegistryError } from '../domain/errors.ts';
import { formatTrashId } from '../domain/trash.ts';
import type { Services } from '../services.ts';
import { type ImageName, moveImagesToTrash } from '../storage/trash/move-images.ts';
import { findRepository, type Repository } from '../storage/workspaces/images.ts';
import { hasImmutable } from './immutable.ts';
import type { DeletionResult } from './tags.ts';

/**
 * An image that was pushed to, by workspace and name.
 * @throws RegistryError NOT_FOUND
 */
export async function getRepository(
  { db }: Services,
  workspace: string,
  image: string,
): Promise<Repository & { readonly imageId: number }> {
  const repository = await findRepository(db, { workspace, image });
  if (!repository || repository.imageId === null || !repository.published) {
    throw imageUnknown(workspace, image);
  }
  return { ...repository, imageId: repository.imageId };
}

/** Moves images with all their versions to the trash, each with its own result. */
export async function deleteImages(
  { db }: Services,
  names: readonly ImageName[],
  actor: string,
): Promise<DeletionResult[]> {
  const deletions = await moveImagesToTrash(db, names, actor, Date.now());
  const results = names.map(async ({ workspace, image }, n): Promise<DeletionResult> => {
    const deletion = deletions[n] ?? 'unknown';
    if (deletion === 'unknown') return { status: 'failed', error: imageUnknown(workspace, image) };
    if (typeof deletion === 'number') {
      return { status: 'deleted', trashId: formatTrashId('image', deletion) };
    }
    const what = `image ${workspace}/${image}`;
    return { status: 'failed', error: await hasImmutable(db, what, deletion.immutable) };
  });
  return await Promise.all(results);
}

function imageUnknown(workspace: string, image: string): RegistryError {
  return new RegistryError('NOT_FOUND', `there is no image ${workspace}/${image}`);
}

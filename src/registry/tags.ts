import { RegistryError } from '../domain/errors.ts';
import type { PageRequest } from '../domain/paging.ts';
import { formatTrashId } from '../domain/trash.ts';
import { moveTagsToTrash } from '../storage/trash/move-tags.ts';
import type { RepositoryContext } from './context.ts';
import { tagImmutable } from './immutable.ts';

/**
 * The page of a repository's tags that was asked for, of those that lookupTags found; `more`:
 * others follow.
 * @throws RegistryError NAME_UNKNOWN if no manifest was ever pushed to the repository
 */
export function pageOfTags(
  { repository }: RepositoryContext,
  found: readonly string[],
  page: PageRequest,
): { readonly tags: readonly string[]; readonly more: boolean } {
  if (repository.imageId === null || !repository.published) throw new RegistryError('NAME_UNKNOWN');
  return { tags: found.slice(0, page.limit), more: found.length > page.limit };
}

/** The result of moving something to the trash: its trash id, or why it was not moved. */
export type DeletionResult =
  | { readonly status: 'deleted'; readonly trashId: string }
  | { readonly status: 'failed'; readonly error: RegistryError };

/** Moves versions to the trash, each with its own result. */
export async function deleteTags(
  { db, actor, now, repository }: RepositoryContext,
  names: readonly string[],
): Promise<DeletionResult[]> {
  const { imageId } = repository;
  const { moved, immutable } =
    imageId === null
      ? { moved: new Map<string, number>(), immutable: [] }
      : await moveTagsToTrash(db, imageId, names, actor, now);
  const kept = new Set<string>(immutable);
  return names.map((name) => {
    const id = moved.get(name);
    if (id !== undefined) return { status: 'deleted', trashId: formatTrashId('version', id) };
    const error = kept.has(name)
      ? tagImmutable(name)
      : new RegistryError('MANIFEST_UNKNOWN', `the image has no version ${name}`);
    return { status: 'failed', error };
  });
}

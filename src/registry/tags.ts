import { RegistryError } from '../domain/errors.ts';
import type { Page } from '../domain/paging.ts';
import * as storage from '../storage/tags.ts';
import type { Context } from './context.ts';

/**
 * One page of a repository's tags, in ASCII order; `more`: others follow.
 * @throws RegistryError NAME_UNKNOWN for a repository nothing was ever pushed to
 */
export async function listTags(
  { db, repository }: Context,
  page: Page,
): Promise<{ readonly tags: string[]; readonly more: boolean }> {
  if (repository.imageId === null || !repository.published) throw new RegistryError('NAME_UNKNOWN');
  const wanted = { ...page, limit: page.limit + 1 };
  const found = await storage.listTags(db, repository.imageId, wanted);
  return { tags: found.slice(0, page.limit), more: found.length > page.limit };
}

/** Moves versions to the trash. Answers for each why it was not done; null: it was. */
export async function deleteTags(
  { db, actor, now, repository }: Context,
  names: readonly string[],
): Promise<(RegistryError | null)[]> {
  const { imageId } = repository;
  const { trashed, immutable } =
    imageId === null
      ? { trashed: [], immutable: [] }
      : await storage.trashTags(db, imageId, names, actor, now);
  const [gone, kept] = [new Set<string>(trashed), new Set<string>(immutable)];
  return names.map((name) => {
    if (gone.has(name)) return null;
    return kept.has(name)
      ? tagImmutable(name)
      : new RegistryError('MANIFEST_UNKNOWN', `the image has no version ${name}`);
  });
}

/** Why a tag that is there can be neither moved nor deleted. */
export function tagImmutable(tag: string): RegistryError {
  return new RegistryError(
    'DENIED',
    `tag ${tag} is immutable: a rule of the workspace keeps it from being moved or deleted`,
    { detail: { tag } },
  );
}

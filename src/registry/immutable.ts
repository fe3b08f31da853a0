import { RegistryError } from '../domain/errors.ts';
import {
  type ImmutablePlace,
  listImmutableVersions,
} from '../storage/content/immutable-versions.ts';
import { type Database, refusalOf } from '../storage/database.ts';

/** Versions that an error names. */
const NAMED = 5;

/** The error for a tag that can be neither moved nor deleted. */
export function tagImmutable(tag: string): RegistryError {
  return new RegistryError(
    'TAG_IMMUTABLE',
    `tag ${tag} is immutable: a rule of the workspace keeps it from being moved or deleted`,
    { detail: { tag } },
  );
}

/**
 * The error for something that stays because of the immutable versions in it, which it names.
 * @param what for example `image payments/api`
 */
export async function hasImmutable(
  db: Database,
  what: string,
  place: ImmutablePlace,
): Promise<RegistryError> {
  const found = await listImmutableVersions(db, place, NAMED + 1);
  const versions = found.slice(0, NAMED).map(({ image, tag }) => `${image}:${tag}`);
  const names = [...versions, ...(found.length > NAMED ? ['others'] : [])].join(', ');
  return new RegistryError(
    'TAG_IMMUTABLE',
    `${what} has immutable versions (${names}): a rule of the workspace keeps them, which an owner can change`,
    { detail: { versions } },
  );
}

/**
 * Does what the database refuses while a version in `place` is immutable.
 * @throws RegistryError TAG_IMMUTABLE, naming them
 */
export async function refuseImmutable<T>(
  db: Database,
  what: string,
  place: ImmutablePlace,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (refusalOf(error) !== 'tag_immutable') throw error;
    throw await hasImmutable(db, what, place);
  }
}

import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import type { RepositoryName } from '../domain/names.ts';
import type { Action } from '../domain/roles.ts';
import { findBlob, isBlobVisible } from '../storage/blobs.ts';
import type { Database } from '../storage/database.ts';
import { findRepository, type Repository } from '../storage/images.ts';
import { mayDo } from './permissions.ts';
import { type Principal, visibilityOf } from './principal.ts';

/**
 * The repository, when the principal may do this to it.
 * @throws RegistryError UNAUTHORIZED to nobody; DENIED, in the same words for a workspace that
 *   is not there and one that may not be seen; NAME_UNKNOWN to an admin, who sees them all
 */
export async function accessRepository(
  db: Database,
  principal: Principal,
  name: RepositoryName,
  action: Action,
): Promise<Repository> {
  const repository = await findRepository(db, name);
  if (repository && (await mayDo(db, principal, repository, action))) return repository;
  if (principal.kind === 'nobody') throw new RegistryError('UNAUTHORIZED');
  const { workspace } = name;
  if (principal.kind === 'user' && principal.isAdmin) {
    throw new RegistryError(
      'NAME_UNKNOWN',
      `workspace ${workspace} does not exist: create it in the console, or push to another`,
    );
  }
  const mayPull = repository && (await mayDo(db, principal, repository, 'image:pull'));
  throw new RegistryError(
    'DENIED',
    mayPull
      ? `you may pull from workspace ${workspace}, but not change it`
      : `workspace ${workspace} does not exist, or is not open to you: create it in the console, or use one of yours`,
  );
}

/** Whether a principal may read a blob: in one repository, or (null) in any. */
export async function mayReadBlob(
  db: Database,
  principal: Principal,
  digest: Digest,
  from: RepositoryName | null,
): Promise<boolean> {
  if (from === null) return await isBlobVisible(db, digest, visibilityOf(principal));
  const repository = await findRepository(db, from);
  if (repository === null || repository.imageId === null) return false;
  if (!(await mayDo(db, principal, repository, 'image:pull'))) return false;
  const blob = await findBlob(db, repository.imageId, digest);
  return blob !== null && !blob.damaged;
}

import type { Digest } from '../domain/digest.ts';
import { RegistryError } from '../domain/errors.ts';
import { formatRepositoryName, parseRepositoryName, type RepositoryName } from '../domain/names.ts';
import type { Action, UnreservedAction } from '../domain/roles.ts';
import type { Scope } from '../domain/scopes.ts';
import { parseTrashId } from '../domain/trash.ts';
import { findProject, type ProjectRecord } from '../storage/accounts/projects.ts';
import { findBlob, isBlobVisible } from '../storage/content/blobs.ts';
import type { Database } from '../storage/database.ts';
import { findTrash, type TrashRecord } from '../storage/trash/trash.ts';
import { findRepository, type Repository } from '../storage/workspaces/images.ts';
import {
  findWorkspace,
  findWorkspaces,
  type WorkspaceRecord,
} from '../storage/workspaces/workspaces.ts';
import { coversAction, repositoriesToPull } from './grants.ts';
import { mayDo, mayDoInProject, needsSession, type Place, type RuledPlace } from './permissions.ts';
import { type Principal, visibilityOf } from './principal.ts';

/**
 * The repository that was found under a name, if the principal may perform the action on it.
 * @throws RegistryError UNAUTHORIZED for anonymous users; DENIED, in the same words whether the
 *   workspace does not exist or is hidden; NAME_UNKNOWN for an admin when it does not exist
 */
export function accessRepository(
  principal: Principal,
  repository: Repository | null,
  { workspace }: RepositoryName,
  action: UnreservedAction,
): Repository {
  if (repository && mayDo(principal, repository, action)) return repository;
  if (principal.kind === 'anonymous') throw new RegistryError('UNAUTHORIZED');
  if (repository === null && seesAll(principal)) {
    throw new RegistryError(
      'NAME_UNKNOWN',
      `workspace ${workspace} does not exist: create it in the console, or push to another`,
    );
  }
  if (repository && mayDo(principal, repository, 'image:pull')) {
    throw new RegistryError('DENIED', whyOnlyPull(principal, workspace, action));
  }
  throw new RegistryError(
    'DENIED',
    `workspace ${workspace} does not exist, or is not open to you: create it in the console, or use one of yours`,
  );
}

function whyOnlyPull(principal: Principal, workspace: string, action: UnreservedAction): string {
  if (principal.kind !== 'robot' || action !== 'version:delete') {
    return `you may pull from workspace ${workspace}, but not change it`;
  }
  return principal.robotId === null
    ? `a push credential deletes versions only in its project, and only if an owner allows it there`
    : 'a robot does not delete versions';
}

/** Whether a principal sees every workspace: an admin without a limited token. */
function seesAll(principal: Principal): boolean {
  return principal.kind === 'user' && principal.isAdmin && principal.limits === null;
}

/**
 * Whether a principal may pull from a repository.
 * @param scopes the only ones that count; null: whatever the principal may pull
 */
export function mayPull(
  principal: Principal,
  repository: Repository,
  scopes: readonly Scope[] | null,
): boolean {
  const isCovered = coversAction(scopes, formatRepositoryName(repository.name), 'image:pull');
  return isCovered && mayDo(principal, repository, 'image:pull');
}

/**
 * Whether a principal may read a blob from any repository.
 * @param scopes the only ones that count; null: whatever the principal may read
 */
export async function mayReadBlobAnywhere(
  db: Database,
  principal: Principal,
  digest: Digest,
  scopes: readonly Scope[] | null,
): Promise<boolean> {
  if (scopes === null) return await isBlobVisible(db, digest, visibilityOf(principal));
  for (const name of repositoriesToPull(scopes)) {
    if (await mayReadBlobIn(db, principal, digest, parseRepositoryName(name))) return true;
  }
  return false;
}

async function mayReadBlobIn(
  db: Database,
  principal: Principal,
  digest: Digest,
  name: RepositoryName,
): Promise<boolean> {
  const repository = await findRepository(db, name);
  if (repository === null || repository.imageId === null) return false;
  if (!mayDo(principal, repository, 'image:pull')) return false;
  const blob = await findBlob(db, repository.imageId, digest);
  return blob !== null && !blob.damaged;
}

/**
 * The workspace, if the principal may perform the action in it.
 * @throws RegistryError UNAUTHORIZED for anonymous users; NOT_FOUND when it does not exist or is
 *   hidden; SESSION_REQUIRED when the same user may do this in the console; DENIED when the
 *   principal may see it, but not do this
 */
export async function accessWorkspace(
  db: Database,
  principal: Principal,
  name: string,
  action: Action,
): Promise<WorkspaceRecord> {
  const workspace = await findWorkspace(db, name);
  const place = workspace && { ...workspace, workspace: workspace.name };
  if (workspace && place && mayDo(principal, place, action)) return workspace;
  if (place && needsSession(principal, place, action)) throw new RegistryError('SESSION_REQUIRED');
  throw explainRefusal(principal, place);
}

/** As accessWorkspace, for many names in one query: the error of each name that is refused. */
export async function refuseWorkspaces(
  db: Database,
  principal: Principal,
  names: readonly string[],
  action: UnreservedAction,
): Promise<Map<string, RegistryError>> {
  const found = await findWorkspaces(db, names);
  const refused = new Map<string, RegistryError>();
  for (const name of new Set(names)) {
    const place = found.get(name) ?? null;
    if (place && mayDo(principal, place, action)) continue;
    refused.set(name, explainRefusal(principal, place));
  }
  return refused;
}

function explainRefusal(principal: Principal, place: Place | null): RegistryError {
  if (principal.kind === 'anonymous') return new RegistryError('UNAUTHORIZED', 'sign in first');
  const visible = place && mayDo(principal, place, 'image:pull');
  return visible
    ? new RegistryError('DENIED', `you may see workspace ${place.workspace}, but not do this in it`)
    : new RegistryError('NOT_FOUND', 'there is no such workspace, or it is not open to you');
}

/**
 * The project, if the principal may perform the action on it: a member may view it, an owner may
 * manage it.
 * @throws RegistryError NOT_FOUND, SESSION_REQUIRED, DENIED as accessWorkspace
 */
export async function accessProject(
  db: Database,
  principal: Principal,
  id: number,
  action: Action,
): Promise<ProjectRecord> {
  const project = Number.isSafeInteger(id) ? await findProject(db, id) : null;
  if (project && mayDoInProject(principal, project, action)) return project;
  if (!project || !mayDoInProject(principal, project, 'workspace:view')) {
    throw new RegistryError('NOT_FOUND', 'there is no such project, or it is not open to you');
  }
  const place = { ...project, workspace: '', projectId: project.id, access: 'private' } as const;
  throw needsSession(principal, place, action)
    ? new RegistryError('SESSION_REQUIRED')
    : new RegistryError('DENIED', 'you are a member of this project, but may not do this');
}

/**
 * Something in the trash, if the principal could have deleted it; to purge it, also if the
 * permission table lets the principal do that.
 * @param id as formatTrashId writes it
 * @throws RegistryError NOT_FOUND to whoever may not see the trash; SESSION_REQUIRED, DENIED as
 *   accessWorkspace
 */
export async function accessTrash(
  db: Database,
  principal: Principal,
  id: string,
  to: 'restore' | 'purge',
): Promise<TrashRecord> {
  const parsed = parseTrashId(id);
  const record = parsed && (await findTrash(db, parsed.kind, parsed.id));
  const action = record?.kind === 'workspace' ? 'workspace:delete' : 'image:delete';
  if (!record || !mayDo(principal, record, action)) {
    throw new RegistryError('NOT_FOUND', 'there is no such thing in the trash, or it is not yours');
  }
  if (to === 'purge') refusePurge(principal, record);
  return record;
}

function refusePurge(principal: Principal, place: RuledPlace): void {
  if (mayDo(principal, place, 'trash:purge')) return;
  throw needsSession(principal, place, 'trash:purge')
    ? new RegistryError('SESSION_REQUIRED')
    : new RegistryError('DENIED', 'only owners of the project may delete for good');
}

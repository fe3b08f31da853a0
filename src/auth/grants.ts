import { parseRepositoryName } from '../domain/names.ts';
import type { UnreservedAction } from '../domain/roles.ts';
import type { RepositoryAction, Scope } from '../domain/scopes.ts';
import type { Database } from '../storage/database.ts';
import type { Lookup } from '../storage/lookups.ts';
import { workspacesLookup } from '../storage/workspaces/workspaces.ts';
import { mayDo, type Place } from './permissions.ts';
import { type Identity, type Principal, requireOwnPassword } from './principal.ts';

/** What a token is signed for: whose it is, and what it allows. */
export interface Grant {
  readonly identity: Identity;
  readonly access: Scope[];
}

/** The action of the permission table for each action of a token. */
const ACTION_OF: Record<RepositoryAction, UnreservedAction> = {
  pull: 'image:pull',
  push: 'image:push',
  delete: 'version:delete',
};

const workspaceOf = (scope: Scope) => parseRepositoryName(scope.name).workspace;

/** The workspaces that scopes name, without those that do not exist. */
export function scopePlaces(requested: readonly Scope[]): Lookup<ReadonlyMap<string, Place>> {
  const repositories = requested.filter((scope) => scope.type === 'repository');
  return workspacesLookup([...new Set(repositories.map(workspaceOf))]);
}

/**
 * The part of the requested scopes that a principal has a right to. Scopes with no action left
 * are dropped, so that a token does not reveal what exists.
 * @param places as scopePlaces reads them
 * @throws RegistryError PASSWORD_CHANGE_REQUIRED
 */
export async function grantScopes(
  db: Database,
  principal: Principal,
  requested: readonly Scope[],
  places: ReadonlyMap<string, Place>,
): Promise<Scope[]> {
  requireOwnPassword(principal);
  const granted: Scope[] = [];
  for (const scope of requested) {
    if (scope.type === 'registry') {
      if (principal.kind !== 'anonymous') granted.push(scope);
      continue;
    }
    const place = places.get(workspaceOf(scope));
    if (!place) continue;
    const actions: RepositoryAction[] = [];
    for (const action of scope.actions) {
      if (await mayDo(db, principal, place, ACTION_OF[action])) actions.push(action);
    }
    if (actions.length > 0) granted.push({ ...scope, actions });
  }
  return granted;
}

/** Whether a token's scopes cover an action on a repository; null: the token is not limited. */
export function coversAction(
  scopes: readonly Scope[] | null,
  repository: string,
  action: UnreservedAction,
): boolean {
  if (scopes === null) return true;
  return scopes.some(
    (scope) =>
      scope.type === 'repository' &&
      scope.name === repository &&
      scope.actions.some((granted) => ACTION_OF[granted] === action),
  );
}

/** Full names of the repositories that a token's scopes let its holder pull from. */
export function repositoriesToPull(scopes: readonly Scope[]): string[] {
  const pulls = scopes.filter(
    (scope) => scope.type === 'repository' && scope.actions.includes('pull'),
  );
  return pulls.map(({ name }) => name);
}

/** The scope that a challenge names when an action needs a token. */
export function requiredScope(repository: string, action: UnreservedAction): Scope {
  const actions: Partial<Record<UnreservedAction, RepositoryAction[]>> = {
    'image:push': ['pull', 'push'],
    'version:delete': ['delete'],
  };
  return { type: 'repository', name: repository, actions: actions[action] ?? ['pull'] };
}

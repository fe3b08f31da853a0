import { parseRepositoryName } from '../domain/names.ts';
import type { UnreservedAction } from '../domain/roles.ts';
import type { RepositoryAction, Scope } from '../domain/scopes.ts';
import type { Lookup } from '../storage/lookups.ts';
import { type Repository, repositoriesLookup } from '../storage/workspaces/images.ts';
import type { AskedAt, Decision } from './decisions.ts';
import { mayDo, standingIn } from './permissions.ts';
import { type Identity, identityOf, type Principal, requireOwnPassword } from './principal.ts';

/** What a token is signed for: whose it is, and what it allows, one decision for each scope. */
export interface Grant {
  readonly identity: Identity;
  readonly decisions: readonly Decision[];
}

/** The action of the permission table for each action of a token. */
const ACTION_OF: Record<RepositoryAction, UnreservedAction> = {
  pull: 'image:pull',
  push: 'image:push',
  delete: 'version:delete',
};

/** The repositories that scopes name, without those whose workspace does not exist. */
export function scopeRepositories(
  requested: readonly Scope[],
): Lookup<ReadonlyMap<string, Repository>> {
  const repositories = requested.filter((scope) => scope.type === 'repository');
  return repositoriesLookup(repositories.map(({ name }) => parseRepositoryName(name)));
}

/**
 * The part of the requested scopes that a principal has a right to. Scopes with no action left
 * are dropped, so that a token does not reveal what exists.
 * @param repositories as scopeRepositories reads them
 * @param askedAt when the query for the principal and the repositories was sent
 * @throws RegistryError PASSWORD_CHANGE_REQUIRED
 */
export function grantScopes(
  principal: Principal,
  requested: readonly Scope[],
  repositories: ReadonlyMap<string, Repository>,
  askedAt: AskedAt,
): Grant {
  requireOwnPassword(principal);
  const identity = identityOf(principal);
  const decisions: Decision[] = [];
  const decided = { ...identity, blob: null, askedAt };
  for (const scope of requested) {
    if (scope.type === 'registry') {
      if (principal.kind === 'anonymous') continue;
      decisions.push({ ...decided, scope, repository: null, standing: null });
      continue;
    }
    const repository = repositories.get(scope.name);
    if (!repository) continue;
    const actions = scope.actions.filter((action) =>
      mayDo(principal, repository, ACTION_OF[action]),
    );
    if (actions.length === 0) continue;
    const granted = { repository, standing: standingIn(principal, repository.projectId) };
    decisions.push({ ...decided, ...granted, scope: { ...scope, actions } });
  }
  return { identity, decisions };
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

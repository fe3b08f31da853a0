import { parseRepositoryName } from '../domain/names.ts';
import type { Action } from '../domain/roles.ts';
import type { RepositoryAction, Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { findWorkspaces } from '../storage/workspaces.ts';
import { mayDo } from './permissions.ts';
import { formatSubject, type Principal } from './principal.ts';
import { signToken } from './tokens.ts';

/** What each action of a token means in the permission table. */
const ACTION_OF: Record<RepositoryAction, Action> = {
  pull: 'image:pull',
  push: 'image:push',
  delete: 'image:delete',
};

/** A token for /v2, and what of the requested scopes the principal has a right to and it allows. */
export async function issueToken(
  db: Database,
  config: Config,
  principal: Principal,
  requested: readonly Scope[],
): Promise<{ readonly token: string; readonly access: readonly Scope[] }> {
  const access = await grantScopes(db, principal, requested);
  const stamp = principal.kind === 'nobody' ? '' : principal.stamp;
  const sub = formatSubject(principal);
  return { token: await signToken(config, 'access', { sub, stamp, access }), access };
}

/**
 * The part of the requested scopes that a principal has a right to. Scopes of which nothing
 * is left are dropped, so a token tells nothing about what exists.
 */
async function grantScopes(
  db: Database,
  principal: Principal,
  requested: readonly Scope[],
): Promise<Scope[]> {
  const workspaceOf = (scope: Scope) => parseRepositoryName(scope.name).workspace;
  const repositories = requested.filter((scope) => scope.type === 'repository');
  const places = await findWorkspaces(db, [...new Set(repositories.map(workspaceOf))]);
  const granted: Scope[] = [];
  for (const scope of requested) {
    if (scope.type === 'registry') {
      if (principal.kind !== 'nobody') granted.push(scope);
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

/** Whether a token's scopes cover an action on a repository; no scopes at all: not limited. */
export function coversAction(
  scopes: readonly Scope[] | null,
  repository: string,
  action: Action,
): boolean {
  if (scopes === null) return true;
  return scopes.some(
    (scope) =>
      scope.type === 'repository' &&
      scope.name === repository &&
      scope.actions.some((granted) => ACTION_OF[granted] === action),
  );
}

/** The scope a challenge asks for when an action needs a token. */
export function requiredScope(repository: string, action: Action): Scope {
  const actions: Partial<Record<Action, RepositoryAction[]>> = {
    'image:push': ['pull', 'push'],
    'image:delete': ['delete'],
  };
  return { type: 'repository', name: repository, actions: actions[action] ?? ['pull'] };
}

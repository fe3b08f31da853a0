import {
  ACTIONS,
  type AccessLevel,
  type Action,
  isAllowed,
  isWithinLimits,
  type Standing,
} from '../domain/roles.ts';
import type { Database } from '../storage/database.ts';
import { isAnonymousPullOn } from './anonymous-pull.ts';
import type { Principal } from './principal.ts';

/** The workspace that an action is about. */
export interface Place {
  readonly workspace: string;
  readonly projectId: number;
  readonly access: AccessLevel;
}

/** Whether a principal may do something in a workspace: the permission table decides. */
export async function mayDo(
  db: Database,
  principal: Principal,
  place: Place,
  action: Action,
): Promise<boolean> {
  if (!isInTable(principal, place, action)) return false;
  return principal.kind !== 'anonymous' || (await isAnonymousPullOn(db));
}

/** Everything a principal may do in a workspace; for anonymous users, while anonymous pull is on. */
export function allowedActions(principal: Principal, place: Place): Action[] {
  return ACTIONS.filter((action) => isInTable(principal, place, action));
}

/** Whether a principal learns who did something in a workspace: outsiders see no user names. */
export function maySeeNames(principal: Principal, place: Place): boolean {
  return isInTable(principal, place, 'workspace:view');
}

function isInTable(principal: Principal, place: Place, action: Action): boolean {
  if (!isAllowed(standing(principal, place.projectId), place.access, action)) return false;
  const limits = principal.kind === 'user' ? principal.limits : null;
  return isWithinLimits(limits, place.workspace, action);
}

/**
 * Whether a principal may do something with a project itself: what it may do in a private
 * workspace of it.
 */
export function mayDoInProject(principal: Principal, projectId: number, action: Action): boolean {
  if (principal.kind === 'user' && principal.limits !== null) return false;
  return isAllowed(standing(principal, projectId), 'private', action);
}

/**
 * The projects that a principal may see as a member: those where mayDoInProject allows
 * 'workspace:view'.
 */
export function visibleProjects(principal: Principal): readonly number[] | 'all' {
  if (principal.kind === 'anonymous') return [];
  if (principal.kind === 'project') return [principal.projectId];
  if (principal.limits !== null) return [];
  return principal.isAdmin ? 'all' : [...principal.roles.keys()];
}

/** Where a principal may delete, and so may see the trash and restore from it. */
export interface DeletionRights {
  readonly projectIds: readonly number[] | 'all';
  /** Names of the only workspaces that count; null: all. */
  readonly names: readonly string[] | null;
}

/** Where the permission table and its token's limits let a principal delete. */
export function deletionRights(principal: Principal): DeletionRights {
  if (principal.kind === 'anonymous') return { projectIds: [], names: null };
  const limits = principal.kind === 'user' ? principal.limits : null;
  if (limits && !limits.rights.includes('delete')) return { projectIds: [], names: null };
  const names = limits?.workspaces ?? null;
  if (principal.kind === 'user' && principal.isAdmin) return { projectIds: 'all', names };
  const own = principal.kind === 'user' ? [...principal.roles.keys()] : [principal.projectId];
  const projectIds = own.filter((id) =>
    isAllowed(standing(principal, id), 'private', 'image:delete'),
  );
  return { projectIds, names };
}

/** The row of the permission table; a project's credential is a developer of its project. */
function standing(principal: Principal, projectId: number): Standing {
  if (principal.kind === 'anonymous') return 'anonymous';
  if (principal.kind === 'project') {
    return principal.projectId === projectId ? 'developer' : 'outsider';
  }
  if (principal.isAdmin) return 'admin';
  return principal.roles.get(projectId) ?? 'outsider';
}

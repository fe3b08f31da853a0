import {
  type AccessLevel,
  type Action,
  isAllowed,
  isWithinLimits,
  isWithinRules,
  type ProjectRules,
  SIGN_IN_ACTIONS,
  type SignInKind,
  type Standing,
  type UnreservedAction,
} from '../domain/roles.ts';
import { type Principal, signInOf } from './principal.ts';

/** The workspace that an action is about. */
export interface Place {
  readonly workspace: string;
  readonly projectId: number;
  readonly access: AccessLevel;
}

/** A place with the rules of its project, which decide about actions that can be reserved. */
export type RuledPlace = Place & Pick<ProjectRules, 'ownersOnly'>;

/** The place that decides about an action. */
export type PlaceFor<A extends Action> = A extends UnreservedAction ? Place : RuledPlace;

/** Whether a principal may do something in a workspace: the permission table decides. */
export function mayDo<A extends Action>(
  principal: Principal,
  place: PlaceFor<A>,
  action: A,
): boolean {
  return isInTable(principal, place, action);
}

/** Which of these actions a principal may do in a workspace. */
export function allowedActions<A extends Action>(
  principal: Principal,
  place: PlaceFor<A>,
  actions: readonly A[],
): A[] {
  return actions.filter((action) => isInTable(principal, place, action));
}

/** Whether a principal learns who did something in a workspace: outsiders see no user names. */
export function maySeeNames(principal: Principal, place: Place): boolean {
  return isInTable(principal, place, 'workspace:view');
}

/** Whether all that a principal lacks for an action is to be signed in to the console. */
export function needsSession<A extends Action>(
  principal: Principal,
  place: PlaceFor<A>,
  action: A,
): boolean {
  if (principal.kind !== 'user' || principal.inSession) return false;
  if (SIGN_IN_ACTIONS.password.includes(action)) return false;
  const { limits } = principal;
  const isInPlace = limits?.workspaces?.includes(place.workspace) ?? true;
  return isInPlace && isInTable({ ...principal, ...IN_SESSION }, place, action);
}

const IN_SESSION = { tokenId: null, limits: null, inSession: true };

function isInTable(principal: Principal, place: Place | RuledPlace, action: Action): boolean {
  if (principal.kind === 'anonymous' && !principal.mayPull) return false;
  const row = standingIn(principal, place.projectId);
  if (!isAllowed(row, place.access, action, signInOf(principal))) return false;
  if (!isWithinRules(rulesFor(principal, place), row, action)) return false;
  const limits = principal.kind === 'anonymous' ? null : principal.limits;
  return isWithinLimits(limits, place.workspace, action);
}

/** The types above see to it that `ownersOnly` is there wherever it decides. */
function rulesFor(principal: Principal, place: Place | RuledPlace): ProjectRules {
  const robotDeletes = principal.kind === 'robot' && principal.mayDelete;
  return { robotDeletes, ownersOnly: 'ownersOnly' in place && place.ownersOnly };
}

/**
 * Whether a principal may do something with a project itself: what it may do in a private
 * workspace of it.
 */
export function mayDoInProject(
  principal: Principal,
  { id, ownersOnly }: { readonly id: number } & Pick<ProjectRules, 'ownersOnly'>,
  action: Action,
): boolean {
  if (principal.kind === 'user' && principal.limits !== null) return false;
  return isInTable(
    principal,
    { workspace: '', projectId: id, access: 'private', ownersOnly },
    action,
  );
}

/**
 * The projects that a principal may see as a member: those where mayDoInProject allows
 * 'workspace:view'.
 */
export function visibleProjects(principal: Principal): readonly number[] | 'all' {
  if (principal.kind !== 'user' || principal.limits !== null) return [];
  return principal.isAdmin ? 'all' : [...principal.roles.keys()];
}

/** Where a principal may delete, and so may see the trash and restore from it. */
export interface DeletionRights {
  readonly projectIds: readonly number[] | 'all';
  /** Names of the only workspaces that count; null: all. */
  readonly names: readonly string[] | null;
}

/** Where the permission table and its token's limits let a principal delete images. */
export function deletionRights(principal: Principal): DeletionRights {
  if (principal.kind !== 'user') return { projectIds: [], names: null };
  const { limits } = principal;
  if (limits && !limits.rights.includes('delete')) return { projectIds: [], names: null };
  const names = limits?.workspaces ?? null;
  if (principal.isAdmin) return { projectIds: 'all', names };
  const signIn: SignInKind = signInOf(principal);
  const projectIds = [...principal.roles.keys()].filter((id) =>
    isAllowed(standingIn(principal, id), 'private', 'image:delete', signIn),
  );
  return { projectIds, names };
}

/** The row of the permission table; a project's push credential is one of its robots. */
export function standingIn(principal: Principal, projectId: number): Standing {
  if (principal.kind === 'anonymous') return 'anonymous';
  if (principal.kind === 'robot') return principal.projectId === projectId ? 'robot' : 'outsider';
  if (principal.isAdmin) return 'admin';
  return principal.roles.get(projectId) ?? 'outsider';
}

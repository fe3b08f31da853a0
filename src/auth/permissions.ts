import { type AccessLevel, type Action, isAllowed, type Standing } from '../domain/roles.ts';
import type { Database } from '../storage/database.ts';
import { isAnonymousPullOn } from '../storage/settings.ts';
import type { Principal } from './principal.ts';

/** The workspace an action is asked of. */
export interface Place {
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
  if (!isAllowed(standing(principal, place.projectId), place.access, action)) return false;
  return principal.kind !== 'nobody' || (await isAnonymousPullOn(db));
}

/** A project's credential works as a developer of its project does. */
function standing(principal: Principal, projectId: number): Standing {
  if (principal.kind === 'nobody') return 'nobody';
  if (principal.kind === 'project') {
    return principal.projectId === projectId ? 'developer' : 'outsider';
  }
  if (principal.isAdmin) return 'admin';
  return principal.roles.get(projectId) ?? 'outsider';
}

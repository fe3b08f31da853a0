import type { Standing } from '../domain/roles.ts';
import { isSameIdentity } from '../storage/accounts/identities.ts';
import type { Statement } from '../storage/database.ts';
import { requireSame } from '../storage/decided-writes.ts';
import { isSameRepository, type Repository } from '../storage/workspaces/images.ts';
import { type Identity, parseSubject } from './principal.ts';

/**
 * A statement by which the database itself confirms a decision that was made before, in the
 * transaction that acts on it: the transaction ends with refusal decision_changed unless the facts
 * which decided are the same. The permission table is right about them, then, at the moment of the
 * write, however old the decision is.
 *
 * The facts are: that the identity has not ended or been renamed, and of a user that the password is
 * the user's own; that the user is an admin, or has the same role in the project; that the workspace
 * has the same name, project and access, and neither it nor the image is in the trash. The limits of
 * an access token never change; a robot's epoch changes with its limits. Whatever a decision looks at beyond them has to be added here.
 */
export function confirmDecision(
  { subject, ...identity }: Identity,
  standing: Standing,
  repository: Repository,
  now: number,
): Statement {
  const decided = { ...parseSubject(subject), ...identity, standing };
  return requireSame(subject, [
    isSameIdentity(decided, repository.projectId, now),
    isSameRepository(repository),
  ]);
}

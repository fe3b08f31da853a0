import { parseRepositoryName } from '../domain/names.ts';
import type { RepositoryAction } from '../domain/scopes.ts';
import { believe, type Decision } from './decisions.ts';
import type { Identity } from './principal.ts';
import type { AccessClaims, UploadClaims } from './tokens.ts';

/*
 * A decision travels with the client. A token carries what the database granted, and an upload's
 * address that it may be continued, so that any isolate acts on it without a query:
 *
 * - what: the identity, the repository (workspace, project, image) and the actions on it;
 * - how long: until a minute after the *database* was asked, which may be before the token was
 *   signed, and never longer than the credential that was shown (`endsAt`);
 * - who believes it: an isolate that verified the signature, unless it has made a change of rights or
 *   a deletion itself since, or has heard from the database that the identity has ended (`believe`);
 * - for what: see cached-decisions.ts in src/v2. The database decides about everything else.
 *
 * A clock that is ahead of this one gives decisions from the future, which are not believed; one that
 * is behind gives decisions that end earlier.
 */

/** The claims that carry a decision about a repository. */
type Place = NonNullable<UploadClaims['decided']>['place'];

/** Mounts ask for several repositories; for more than this the database is asked. */
const MAX_PLACES = 8;

/** The claim of a token that carries the decisions by which it was granted, one for each scope. */
export function carryGrant(decisions: readonly Decision[]): Pick<AccessClaims, 'decided'> {
  const [first] = decisions;
  if (!first) return {};
  const { name, endsAt, epoch } = first;
  const at = Math.min(...decisions.map(({ askedAt }) => askedAt.time));
  const places = decisions.slice(0, MAX_PLACES).map(placeOf);
  return { decided: { at, endsAt, epoch, name, places } };
}

/** The decision that a token carries about an action, if it may be acted on at `now` (ms). */
export function findInToken(
  { sub, stamp, access, decided }: AccessClaims,
  repository: string,
  action: RepositoryAction,
  now: number,
): Decision | null {
  if (!decided) return null;
  const index = access.findIndex(({ type, name }) => type === 'repository' && name === repository);
  const place = decided.places[index];
  const scope = access[index];
  if (!place || scope?.type !== 'repository' || !scope.actions.includes(action)) return null;
  const { at, endsAt, epoch, name } = decided;
  return toDecision(
    { subject: sub, stamp, epoch, name, endsAt },
    repository,
    action,
    place,
    at,
    now,
  );
}

/** The claim of an upload's address that carries the decision about its push. */
export function carryPush(
  decision: Omit<Decision, 'scope' | 'blob'>,
): Pick<UploadClaims, 'decided'> {
  const { subject: sub, stamp, epoch, endsAt, askedAt } = decision;
  const place = placeOf(decision);
  return place ? { decided: { at: askedAt.time, endsAt, epoch, sub, stamp, place } } : {};
}

/** The decision that an upload's address carries, if it may be acted on at `now` (ms). */
export function findInAddress(
  { principal: name, repository, decided }: UploadClaims,
  now: number,
): Decision | null {
  if (!decided) return null;
  const { sub: subject, stamp, epoch, at, endsAt, place } = decided;
  return toDecision({ subject, stamp, epoch, name, endsAt }, repository, 'push', place, at, now);
}

function toDecision(
  identity: Identity,
  repository: string,
  action: RepositoryAction,
  [workspaceId, projectId, access, imageId, published, standing]: Place,
  at: number,
  now: number,
): Decision | null {
  const askedAt = believe(at, identity, now);
  if (askedAt === null || now >= (identity.endsAt ?? Number.POSITIVE_INFINITY)) return null;
  const name = parseRepositoryName(repository);
  const place = { workspaceId, projectId, access, imageId, published };
  return {
    ...identity,
    scope: { type: 'repository', name: repository, actions: [action] },
    repository: { name, workspace: name.workspace, ...place },
    standing,
    blob: null,
    askedAt,
  };
}

function placeOf({
  repository,
  standing,
}: Pick<Decision, 'repository' | 'standing'>): Place | null {
  if (repository === null || standing === null) return null;
  const { workspaceId, projectId, access, imageId, published } = repository;
  return [workspaceId, projectId, access, imageId, published, standing];
}

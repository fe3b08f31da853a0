import { formatScope, type Scope } from '../domain/scopes.ts';
import type { Grant } from './grants.ts';
import { RecentDecisions } from './recent-decisions.ts';

/**
 * What the database granted in this isolate lately: nodes that pull with one secret ask for the
 * same token again and again, and after the first need no query for it.
 *
 * A decision must not be older than a minute, so a grant counts from when its query was sent. A
 * token is no right of its own: the database decides what it may see and change as it is first
 * shown, and refuses it when the secret it was given for was taken away meanwhile. The database
 * is asked again by who was refused any of what they asked for, so a new right is there at once,
 * and by who asks for nothing: a client that signs in wants to know whether its secret is still
 * good.
 */
const recent = new RecentDecisions<Grant>(1000);

/** A client asks for the repository it is at, and for those it mounts from. */
const MAX_SCOPES = 4;

/**
 * The grant that the database gave in full within the last minute, or what `decide` comes to.
 * @param who a keyed fingerprint of the secret that was shown, or a name for nobody
 * @throws what `decide` throws
 */
export async function grantRecently(
  who: string,
  requested: readonly Scope[],
  decide: () => Promise<Grant>,
): Promise<Grant> {
  const key = JSON.stringify([who, ...requested.map(formatScope)]);
  const decidedAt = Date.now();
  const known = recent.find(key, decidedAt);
  if (known) return known;
  const grant = await decide();
  if (isWorthKeeping(grant, requested)) recent.keep(key, grant, decidedAt);
  return grant;
}

/** Forgets all grants, since somebody's rights may have changed. */
export function endGrants(): void {
  recent.end();
}

function isWorthKeeping({ access }: Grant, requested: readonly Scope[]): boolean {
  if (requested.length === 0 || requested.length > MAX_SCOPES) return false;
  const text = (scopes: readonly Scope[]) => scopes.map(formatScope).join(' ');
  return text(access) === text(requested);
}

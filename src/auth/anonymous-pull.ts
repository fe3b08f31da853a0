import { type Lookup, mapLookup } from '../storage/lookups.ts';
import { anonymousPullLookup } from '../storage/settings.ts';
import { type AskedAt, askNow, isStillTrue } from './decisions.ts';
import type { Principal } from './principal.ts';

/** When the query that last found anonymous pull off was sent; null: none has. */
let foundOff: AskedAt | null = null;

/**
 * Whether anonymous pull is known to be off, so that an anonymous request needs no query. That it is
 * on is read each time; that it is off is remembered like a decision, since strangers ask for it
 * most often.
 */
export function isAnonymousPullKnownOff(): boolean {
  return foundOff !== null && isStillTrue(foundOff, Date.now());
}

/** The anonymous principal, as the platform's settings are. To be run at once. */
export function anonymousLookup(): Lookup<Principal> {
  const askedAt = askNow();
  return mapLookup(anonymousPullLookup, (mayPull) => {
    if (!mayPull) foundOff = askedAt;
    return { kind: 'anonymous', mayPull };
  });
}

import type { Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { lookUp } from '../storage/lookups.ts';
import { grantScopes, scopePlaces } from './grants.ts';
import { formatSubject, type Principal } from './principal.ts';
import { fingerprint } from './secrets.ts';
import { generatedPrincipal, type SignIn, signIn } from './sign-in.ts';
import { signToken } from './tokens.ts';

/** Whose a token is to be, and what it is to allow. */
export interface Grant {
  readonly principal: Principal;
  readonly access: Scope[];
}

/** What of some scopes a principal has a right to. */
export async function grantTo(
  db: Database,
  principal: Principal,
  requested: readonly Scope[],
): Promise<Grant> {
  const { places } = await lookUp(db, { places: scopePlaces(requested) });
  return { principal, access: await grantScopes(db, principal, requested, places) };
}

/** A token for /v2 that allows what was granted. */
export async function signGrant(config: Config, { principal, access }: Grant): Promise<string> {
  const stamp = principal.kind === 'nobody' ? '' : principal.stamp;
  return await signToken(config, 'access', { sub: formatSubject(principal), stamp, access });
}

/**
 * What the database said of a generated secret and some scopes, by a keyed fingerprint of
 * them: who shows the same within a minute is given the same token. Such a token opens nothing
 * by itself: whoever uses one is asked after in the database, where its stamp no longer fits
 * if the secret was taken away meanwhile. Passwords are asked after every time, since
 * their failures count.
 */
const grants = new Map<string, Grant & { readonly decidedAt: number }>();
const GRANT_LIFETIME = 60_000;
const MAX_GRANTS = 1000;

/**
 * Signs in as signIn does and grants scopes; with a generated secret one query is enough for
 * both.
 * @throws RegistryError SIGN_IN_FAILED, TOO_MANY_REQUESTS
 */
export async function signInForScopes(
  db: Database,
  config: Config,
  given: SignIn,
  requested: readonly Scope[],
): Promise<Grant> {
  const generated = generatedPrincipal(config, given);
  if (!generated) return await grantTo(db, await signIn(db, config, given), requested);
  const shown = JSON.stringify(['grant', given.username, given.password, requested]);
  const key = fingerprint(config.credentialKey, shown);
  const decidedAt = Date.now();
  const kept = grants.get(key);
  if (kept && decidedAt - kept.decidedAt < GRANT_LIFETIME) return kept;
  const found = await lookUp(db, { principal: generated, places: scopePlaces(requested) });
  const principal = await found.principal;
  if (principal === null) return await grantTo(db, await signIn(db, config, given), requested);
  const access = await grantScopes(db, principal, requested, found.places);
  if (grants.size >= MAX_GRANTS) grants.clear();
  grants.set(key, { principal, access, decidedAt });
  return { principal, access };
}

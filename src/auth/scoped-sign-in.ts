import type { Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { lookUp } from '../storage/lookups.ts';
import { type Grant, grantScopes, scopePlaces } from './grants.ts';
import { ANONYMOUS, formatSubject, type Principal } from './principal.ts';
import { grantRecently } from './recent-grants.ts';
import { fingerprint } from './secrets.ts';
import { generatedPrincipal, type SignIn, signIn } from './sign-in.ts';
import { signToken } from './tokens.ts';

/** What of some scopes a principal has a right to. */
export async function grantTo(
  db: Database,
  principal: Principal,
  requested: readonly Scope[],
): Promise<Grant> {
  const { places } = await lookUp(db, { places: scopePlaces(requested) });
  return { principal, access: await grantScopes(db, principal, requested, places) };
}

/** As grantTo, for a client that shows nothing; no query within a minute of the same grant. */
export async function grantToNobody(db: Database, requested: readonly Scope[]): Promise<Grant> {
  return await grantRecently('nobody', requested, () => grantTo(db, ANONYMOUS, requested));
}

/** A token for /v2 that allows what was granted. */
export async function signGrant(config: Config, { principal, access }: Grant): Promise<string> {
  const stamp = principal.kind === 'anonymous' ? '' : principal.stamp;
  return await signToken(config, 'access', { sub: formatSubject(principal), stamp, access });
}

/**
 * Signs in as signIn does and grants scopes; with a generated secret one query is enough for
 * both, and none within a minute of the same grant.
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
  const secret = JSON.stringify(['grant', given.username, given.password]);
  return await grantRecently(fingerprint(config.credentialKey, secret), requested, async () => {
    const found = await lookUp(db, { principal: generated, places: scopePlaces(requested) });
    const principal = await found.principal;
    if (principal === null) return await grantTo(db, await signIn(db, config, given), requested);
    return { principal, access: await grantScopes(db, principal, requested, found.places) };
  });
}

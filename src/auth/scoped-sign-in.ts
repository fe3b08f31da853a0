import { formatScope, type Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { runLookups } from '../storage/lookups.ts';
import { isAnonymousPullKnownOff, isAnonymousPullOn } from './anonymous-pull.ts';
import { askNow, findDecision, rememberDecision } from './decisions.ts';
import { type Grant, grantScopes, scopePlaces } from './grants.ts';
import { principalLookup } from './load-principal.ts';
import { ANONYMOUS, identityOf, type Principal } from './principal.ts';
import { isProven } from './proven-passwords.ts';
import { fingerprint } from './secrets.ts';
import {
  generatedPrincipal,
  type SignIn,
  type SignInServices,
  signInAndLookup,
} from './sign-in.ts';
import { type RefreshClaims, signToken } from './tokens.ts';

/** The part of some scopes that a principal has a right to. */
export async function grantTo(
  db: Database,
  principal: Principal,
  requested: readonly Scope[],
): Promise<Grant> {
  const { places } = await runLookups(db, { places: scopePlaces(requested) });
  const access = await grantScopes(db, principal, requested, places);
  return { identity: identityOf(principal), access };
}

/**
 * As grantTo, for a client that shows nothing; no query within a minute of the same grant, and none
 * while anonymous pull is known to be off.
 */
export async function grantToAnonymous(db: Database, requested: readonly Scope[]): Promise<Grant> {
  if (isAnonymousPullKnownOff()) return { identity: identityOf(ANONYMOUS), access: [] };
  return await grantOnce('anonymous', requested, async () => {
    const grant = await grantTo(db, ANONYMOUS, requested);
    // What is private or absent is refused without the setting: note it for those who ask next.
    if (grant.access.length === 0) await isAnonymousPullOn(db);
    return grant;
  });
}

/**
 * A token for /v2 that allows what was granted.
 * @param toPush whether the client asked to push
 */
export async function signGrant(
  config: Config,
  { identity, access }: Grant,
  toPush: boolean,
): Promise<string> {
  const { subject, stamp } = identity;
  const purpose = toPush ? { toPush } : {};
  return await signToken(config, 'access', { sub: subject, stamp, access, ...purpose });
}

/** As signGrant, for a token that is handed on: it mounts only from repositories that it covers. */
export async function signDelegated(config: Config, { identity, access }: Grant): Promise<string> {
  const { subject, stamp } = identity;
  return await signToken(config, 'access', { sub: subject, stamp, access, delegated: true });
}

/**
 * Signs in as signIn does and grants scopes, with one trip to the database for both, and none
 * within a minute of the same grant. What is remembered of a user's password counts for the address
 * that showed it, until another password is tried there (see isProven).
 * @param anew asks the database in any case
 * @throws RegistryError SIGN_IN_FAILED, TOO_MANY_REQUESTS
 */
export async function signInForScopes(
  services: SignInServices,
  config: Config,
  given: SignIn,
  requested: readonly Scope[],
  anew: boolean,
): Promise<Grant> {
  const { username, password, address } = given;
  const isGenerated = generatedPrincipal(config, given) !== null;
  const secret = JSON.stringify(['grant', username, password, isGenerated ? null : address]);
  const holder = fingerprint(config.credentialKey, secret);
  const decide = async () => {
    const lookups = { places: scopePlaces(requested) };
    const { principal, found } = await signInAndLookup(services, config, given, lookups);
    const access = await grantScopes(services.db, principal, requested, found.places);
    return { identity: identityOf(principal), access };
  };
  const isKnown = !anew && (isGenerated || isProven(config, given));
  return await (isKnown ? grantOnce : grantAnew)(holder, requested, decide);
}

/**
 * As signInForScopes, for the claims of a refresh token.
 * @throws RegistryError UNAUTHORIZED when it has ended
 */
export async function refreshForScopes(
  db: Database,
  config: Config,
  { sub, stamp }: RefreshClaims,
  requested: readonly Scope[],
): Promise<Grant> {
  const holder = fingerprint(config.credentialKey, JSON.stringify(['refresh', sub, stamp]));
  return await grantOnce(holder, requested, async () => {
    const principal = principalLookup(config, sub, stamp);
    const found = await runLookups(db, { principal, places: scopePlaces(requested) });
    const access = await grantScopes(db, found.principal, requested, found.places);
    return { identity: identityOf(found.principal), access };
  });
}

/** A client asks for the repository it works on, and for those it mounts from. */
const MAX_REMEMBERED_SCOPES = 4;

/**
 * What the database granted within the last minute, or what `decide` grants. Nodes that pull with
 * one secret ask for the same token again and again.
 *
 * A token is no right by itself: the database decides about it when it is first used, and refuses
 * it when the secret that it was granted for was revoked in the meantime. A client that was refused
 * part of what it asked for makes the database decide again, so that a new right is there at once;
 * so does one that asks for nothing, which wants to know whether its secret is still valid.
 * @param holder see rememberDecision
 * @throws what `decide` throws
 */
async function grantOnce(
  holder: string,
  requested: readonly Scope[],
  decide: () => Promise<Grant>,
): Promise<Grant> {
  return findGrant(holder, requested, Date.now()) ?? (await grantAnew(holder, requested, decide));
}

/** What `decide` grants; it is remembered for grantOnce. */
async function grantAnew(
  holder: string,
  requested: readonly Scope[],
  decide: () => Promise<Grant>,
): Promise<Grant> {
  const askedAt = askNow();
  const grant = await decide();
  const isWhole = formatScopes(grant.access) === formatScopes(requested);
  if (isWhole && requested.length <= MAX_REMEMBERED_SCOPES) {
    for (const scope of requested) {
      const found = { repository: null, blob: null };
      rememberDecision(holder, { ...grant.identity, scope, ...found, askedAt });
    }
  }
  return grant;
}

/** The grant of all these scopes, where each was decided for the same identity. */
function findGrant(holder: string, requested: readonly Scope[], now: number): Grant | null {
  const [first, ...rest] = requested.map((scope) => findDecision(holder, scope, now));
  if (!first || rest.some((decision) => decision?.stamp !== first.stamp)) return null;
  const { subject, stamp, name, endsAt } = first;
  return { identity: { subject, stamp, name, endsAt }, access: [...requested] };
}

const formatScopes = (scopes: readonly Scope[]) => scopes.map(formatScope).join(' ');

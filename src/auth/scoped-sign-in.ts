import { formatScope, type Scope } from '../domain/scopes.ts';
import type { Config } from '../env.ts';
import type { Database } from '../storage/database.ts';
import { runLookups } from '../storage/lookups.ts';
import { anonymousLookup, isAnonymousPullKnownOff } from './anonymous-pull.ts';
import { carryGrant } from './carried-decisions.ts';
import { askNow, findDecision, rememberDecision } from './decisions.ts';
import { type Grant, grantScopes, scopeRepositories } from './grants.ts';
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
import { type AccessClaims, type RefreshClaims, signToken } from './tokens.ts';

/** The part of some scopes that a principal has a right to. */
export async function grantTo(
  db: Database,
  principal: Principal,
  requested: readonly Scope[],
): Promise<Grant> {
  const askedAt = askNow();
  const { repositories } = await runLookups(db, { repositories: scopeRepositories(requested) });
  return grantScopes(principal, requested, repositories, askedAt);
}

/**
 * As grantTo, for a client that shows nothing; no query within a minute of the same grant, and none
 * while anonymous pull is known to be off.
 */
export async function grantToAnonymous(db: Database, requested: readonly Scope[]): Promise<Grant> {
  if (isAnonymousPullKnownOff()) return { identity: identityOf(ANONYMOUS), decisions: [] };
  return await grantOnce('anonymous', requested, async () => {
    const askedAt = askNow();
    const lookups = { principal: anonymousLookup(), repositories: scopeRepositories(requested) };
    const { principal, repositories } = await runLookups(db, lookups);
    return grantScopes(principal, requested, repositories, askedAt);
  });
}

/** The scopes that were granted. */
export function scopesOfGrant({ decisions }: Grant): Scope[] {
  return decisions.map(({ scope }) => scope);
}

/**
 * A token for /v2 that allows what was granted, and carries the decisions about it.
 * @param toPush whether the client asked to push
 */
export async function signGrant(config: Config, grant: Grant, toPush: boolean): Promise<string> {
  const purpose = toPush ? ({ toPush } as const) : {};
  const claims = { ...claimsOf(grant), ...purpose, ...carryGrant(grant.decisions) };
  return await signToken(config, 'access', claims);
}

/**
 * As signGrant, for a token that is handed on: it mounts only from repositories that it covers. It
 * carries no decisions: who asked for it was known before.
 */
export async function signDelegated(config: Config, grant: Grant): Promise<string> {
  return await signToken(config, 'access', { ...claimsOf(grant), delegated: true });
}

function claimsOf(grant: Grant): Pick<AccessClaims, 'sub' | 'stamp' | 'access'> {
  const { subject, stamp } = grant.identity;
  return { sub: subject, stamp, access: scopesOfGrant(grant) };
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
    const askedAt = askNow();
    const lookups = { repositories: scopeRepositories(requested) };
    const { principal, found } = await signInAndLookup(services, config, given, lookups);
    return grantScopes(principal, requested, found.repositories, askedAt);
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
    const askedAt = askNow();
    const principal = principalLookup(config, sub, stamp);
    const lookups = { principal, repositories: scopeRepositories(requested) };
    const found = await runLookups(db, lookups);
    return grantScopes(found.principal, requested, found.repositories, askedAt);
  });
}

/** A client asks for the repository it works on, and for those it mounts from. */
const MAX_REMEMBERED_SCOPES = 4;

/**
 * What the database granted within the last minute, or what `decide` grants. Nodes that pull with
 * one secret ask for the same token again and again.
 *
 * The token that is signed for it carries the age of what is remembered. A client that was refused
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
  const grant = await decide();
  const isWhole = formatScopes(scopesOfGrant(grant)) === formatScopes(requested);
  if (isWhole && requested.length <= MAX_REMEMBERED_SCOPES) {
    for (const decision of grant.decisions) rememberDecision(holder, decision);
  }
  return grant;
}

/** The grant of all these scopes, where each was decided for the same identity. */
function findGrant(holder: string, requested: readonly Scope[], now: number): Grant | null {
  const found = requested.map((scope) => findDecision(holder, scope, now));
  const decisions = found.filter((decision) => decision !== null);
  const [first] = decisions;
  const isWhole = decisions.length === found.length;
  if (!first || !isWhole || decisions.some(({ stamp }) => stamp !== first.stamp)) return null;
  const { subject, stamp, epoch, name, endsAt } = first;
  return { identity: { subject, stamp, epoch, name, endsAt }, decisions };
}

const formatScopes = (scopes: readonly Scope[]) => scopes.map(formatScope).join(' ');

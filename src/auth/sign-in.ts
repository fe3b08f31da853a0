import { ACCESS_TOKEN_PREFIX, MAX_PASSWORD_LENGTH } from '../domain/accounts.ts';
import { RegistryError } from '../domain/errors.ts';
import { deriveProjectCredential, parseProjectUsername } from '../domain/project-credential.ts';
import type { Config } from '../env.ts';
import type { Limiter } from '../rate-limits.ts';
import { type CredentialRecord, credentialLookup } from '../storage/accounts/projects.ts';
import { findUser } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { type Lookup, mapLookup, runLookups } from '../storage/lookups.ts';
import { type Attempt, countersOf, refuseWaiting, reserveAttempt, tooMany } from './attempts.ts';
import { limitFailures } from './failed-sign-ins.ts';
import { robotPrincipal, tokenPrincipalLookup, userPrincipal } from './load-principal.ts';
import { isRightPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { fingerprint, hashSecret, isSameSecret, verifyPassword } from './secrets.ts';

/** What a client shows to sign in, and from where. */
export interface SignIn extends Attempt {
  readonly password: string;
}

/** What a sign-in works with. */
export interface SignInServices {
  readonly db: Database;
  /** Counts failures, by network. */
  readonly failedSignIns: Limiter;
}

/** Longest wait, in ms, that is made here; when it is longer the client is refused. */
const MAX_HOLD = 1000;

/**
 * Checks a user name with a password, an access token of that user, or a project's push
 * credential. Failures are counted by account and by address; after some, the next sign-in
 * is slowed, then refused, twice as long each time.
 * @throws RegistryError SIGN_IN_FAILED, the same for every reason; TOO_MANY_REQUESTS
 */
export async function signIn(
  { db, failedSignIns }: SignInServices,
  config: Config,
  given: SignIn,
): Promise<Principal> {
  return await limitSignIn(failedSignIns, config, given, () => checkSignIn(db, config, given));
}

/** Makes an attempt to sign in within the limit on failures of the client's network. */
export async function limitSignIn<T>(
  limiter: Limiter,
  config: Config,
  { username, password, address }: SignIn,
  attempt: () => Promise<T>,
): Promise<T> {
  const secret = JSON.stringify(['password', username, password]);
  return await limitFailures(limiter, config, { secret, address }, attempt);
}

/** As signIn, within limitSignIn. */
export async function checkSignIn(db: Database, config: Config, given: SignIn): Promise<Principal> {
  const uncounted = await checkUncounted(db, config, given);
  if (uncounted) return uncounted;
  const counters = await countersOf(db, given, isFamiliar(config, given));
  let attempt = await reserveAttempt(db, counters);
  if (attempt.until !== null && attempt.until - Date.now() <= MAX_HOLD) {
    await new Promise((resolve) => setTimeout(resolve, MAX_HOLD));
    // Of many clients that sign in at once with the right password, one has proven it for all.
    const proven = await checkUncounted(db, config, given);
    if (proven) return proven;
    attempt = await reserveAttempt(db, counters);
  }
  if (attempt.until !== null) throw tooMany(attempt.until);
  const isGenerated = generatedPrincipal(config, given) !== null;
  const principal = isGenerated ? null : await checkPassword(db, config, given);
  if (principal === null) throw new RegistryError('SIGN_IN_FAILED');
  await attempt.forgive();
  prove(config, given);
  return principal;
}

/**
 * The principal, where the attempt need not be counted: for the right generated secret (no one
 * guesses 160 bits, so a stranger's failures must not stop a node that pulls), and for a password
 * that was right from the same address before, while that address does not have to wait.
 */
async function checkUncounted(
  db: Database,
  config: Config,
  given: SignIn,
): Promise<Principal | null> {
  const generated = generatedPrincipal(config, given);
  if (generated) return await (await runLookups(db, { principal: generated })).principal;
  if (places.get(placeOf(config, given)) !== proofOf(config, given)) return null;
  await refuseWaiting(db, await countersOf(db, given, true));
  return await checkPassword(db, config, given);
}

/**
 * Looks up the principal of a generated secret, which no one can guess; null for a user's
 * password. The lookup reads null for a wrong secret.
 */
export function generatedPrincipal(
  config: Config,
  { username, password }: SignIn,
): Lookup<Promise<Principal | null>> | null {
  const projectId = parseProjectUsername(username);
  if (projectId !== null) {
    return mapLookup(credentialLookup(projectId), (credential) =>
      checkCredential(config, projectId, credential, password),
    );
  }
  if (!password.startsWith(ACCESS_TOKEN_PREFIX)) return null;
  return mapLookup(secretLookup(config, password), async (principal) =>
    principal?.name === username ? principal : null,
  );
}

function secretLookup(config: Config, secret: string) {
  return tokenPrincipalLookup(config, { hash: hashSecret(config.credentialKey, secret) });
}

/**
 * Keyed fingerprints of an account and the address that recently signed in to it, and of what it
 * signed in with. Clients of Basic show the same with every request.
 */
const places = new Map<string, string>();
const MAX_PLACES = 1000;

function prove(config: Config, given: SignIn): void {
  if (places.size >= MAX_PLACES) places.clear();
  places.set(placeOf(config, given), proofOf(config, given));
}

function isFamiliar(config: Config, given: SignIn): boolean {
  return places.has(placeOf(config, given));
}

function placeOf(config: Config, { username, address }: SignIn): string {
  return fingerprint(config.credentialKey, JSON.stringify(['place', username, address]));
}

function proofOf(config: Config, { username, address, password }: SignIn): string {
  return fingerprint(config.credentialKey, JSON.stringify([username, address, password]));
}

/** The hash of no one's password: the time of an answer must not reveal which accounts exist. */
const NO_USERS_HASH = `scrypt:N=16384,r=8,p=1:${'A'.repeat(22)}:${'A'.repeat(43)}`;

async function checkPassword(
  db: Database,
  config: Config,
  { username, password }: SignIn,
): Promise<Principal | null> {
  if (password.length > MAX_PASSWORD_LENGTH) return null;
  const user = await findUser(db, { name: username });
  if (user === null) {
    await verifyPassword(password, NO_USERS_HASH);
    return null;
  }
  const right = await isRightPassword(config, user, password);
  return right ? userPrincipal(config, user, null) : null;
}

/** The principal of an access token's secret; null when the token has ended. */
export async function findTokenPrincipal(
  db: Database,
  config: Config,
  secret: string,
): Promise<(Principal & { kind: 'user' }) | null> {
  return (await runLookups(db, { principal: secretLookup(config, secret) })).principal;
}

async function checkCredential(
  config: Config,
  projectId: number,
  found: CredentialRecord | null,
  password: string,
): Promise<Principal | null> {
  if (found === null) return null;
  const credential = await deriveProjectCredential(config.credentialKey, projectId, found.version);
  if (!isSameSecret(password, credential.password)) return null;
  return robotPrincipal(config, projectId, found);
}

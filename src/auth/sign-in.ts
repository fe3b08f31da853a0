import { ACCESS_TOKEN_PREFIX, LOGIN_PREFIX, MAX_PASSWORD_LENGTH } from '../domain/accounts.ts';
import { RegistryError } from '../domain/errors.ts';
import { deriveProjectCredential, parseProjectUsername } from '../domain/project-credential.ts';
import { isRobotUsername } from '../domain/robots.ts';
import type { Config } from '../env.ts';
import type { Limiter } from '../rate-limits.ts';
import { type CredentialRecord, credentialLookup } from '../storage/accounts/projects.ts';
import { type UserRecord, userLookup } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { logFailure } from '../storage/failures.ts';
import {
  type Lookup,
  type LookupResults,
  type Lookups,
  mapLookup,
  runLookups,
} from '../storage/lookups.ts';
import { familiarWaitLookup, type ReservedAttempt, reserveAttempt, tooMany } from './attempts.ts';
import { limitFailures, type ShownProof } from './failed-sign-ins.ts';
import {
  credentialPrincipal,
  type KnownPrincipal,
  refreshPrincipalLookup,
  robotPrincipalLookup,
  tokenPrincipalLookup,
  userPrincipal,
} from './load-principal.ts';
import { isRightPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { forgetProof, isFamiliar, isProven, prove, type SignIn } from './proven-passwords.ts';
import { hashSecret, isSameSecret, verifyPassword } from './secrets.ts';

export type { SignIn };

/** What a sign-in works with. */
export interface SignInServices {
  readonly db: Database;
  /** Counts failures, by network. */
  readonly failedSignIns: Limiter;
  /** The request's context. */
  readonly context: () => Pick<ExecutionContext, 'waitUntil'>;
}

/** The services of a sign-in in a request. */
export function signInServices(request: {
  readonly var: { readonly services: Pick<SignInServices, 'db' | 'failedSignIns'> };
  readonly executionCtx: Pick<ExecutionContext, 'waitUntil'>;
}): SignInServices {
  const { db, failedSignIns } = request.var.services;
  return { db, failedSignIns, context: () => request.executionCtx };
}

/** Longest wait, in ms, that is made here; when it is longer the client is refused. */
const MAX_HOLD = 1000;

/**
 * Checks a user name with a password, an access token or a temporary login of that user, a project's
 * push credential or one of its robots. Failures are counted by account and by address; after some, the next sign-in
 * is slowed, then refused, twice as long each time.
 * @throws RegistryError SIGN_IN_FAILED, the same for every reason; TOO_MANY_REQUESTS
 */
export async function signIn(
  services: SignInServices,
  config: Config,
  given: SignIn,
): Promise<Principal> {
  return (await signInAndLookup(services, config, given, {})).principal;
}

/** Who has signed in, and what was looked up in the same trip to the database. */
export interface ProvenSignIn<L extends Lookups> {
  readonly principal: Principal;
  readonly found: LookupResults<L>;
}

/**
 * As signIn. It runs `lookups` in the query or the transaction that decides, of which there is one
 * unless something has failed before.
 */
export async function signInAndLookup<L extends Lookups>(
  services: SignInServices,
  config: Config,
  given: SignIn,
  lookups: L,
): Promise<ProvenSignIn<L>> {
  const shown = showProof(config, given);
  return await limitFailures(services.failedSignIns, config, shown, () =>
    checkSignIn(services, config, given, lookups),
  );
}

/**
 * What limits the failures of a sign-in. A password that is not the proven one of its place ends that
 * proof, before anything refuses it: while a network is refused, no answer tells the right one apart.
 */
function showProof(config: Config, given: SignIn): ShownProof {
  const { username, password, address } = given;
  if (generatedPrincipal(config, given)) {
    return { secret: JSON.stringify(['password', username, password]), address };
  }
  const shown = { isProven: isProven(config, given), address };
  if (!shown.isProven) forgetProof(config, given);
  return shown;
}

async function checkSignIn<L extends Lookups>(
  services: SignInServices,
  config: Config,
  given: SignIn,
  lookups: L,
): Promise<ProvenSignIn<L>> {
  const { db } = services;
  const uncounted = await checkUncounted(db, config, given, lookups);
  if (uncounted) return uncounted;
  const reserve = () =>
    reserveAttempt(db, given, isFamiliar(config, given), { ...lookups, user: userOf(given) });
  let attempt = await reserve();
  if (attempt.until !== null && attempt.until - Date.now() <= MAX_HOLD) {
    await new Promise((resolve) => setTimeout(resolve, MAX_HOLD));
    // Of many clients that sign in at once with the right password, one has proven it for all.
    const proven = await checkUncounted(db, config, given, lookups);
    if (proven) return proven;
    attempt = await reserve();
  }
  if (attempt.until !== null) throw tooMany(attempt.until);
  const isGenerated = generatedPrincipal(config, given) !== null;
  const user = attempt.found.user as UserRecord | null;
  const principal = isGenerated ? null : await checkPassword(config, user, given.password);
  if (principal === null) throw new RegistryError('SIGN_IN_FAILED');
  await forgive(services, attempt);
  prove(config, given);
  return { principal, found: attempt.found as LookupResults<L> };
}

/**
 * Takes back what was counted. Where nothing had failed before, the answer does not wait for it: the
 * one failure too many that the next attempt may meet causes no wait.
 */
async function forgive(
  { context }: SignInServices,
  attempt: ReservedAttempt<Lookups>,
): Promise<void> {
  const forgiven = attempt.forgive();
  if (attempt.failedBefore) return await forgiven;
  context().waitUntil(
    forgiven.catch((error) => logFailure('a counted sign-in could not be taken back', error)),
  );
}

const userOf = ({ username }: SignIn) => userLookup({ name: username });

/**
 * The principal, where the attempt need not be counted: for the right generated secret (no one
 * guesses 160 bits, so a stranger's failures must not stop a node that pulls), and for a password
 * that was right from the same address before, while that address does not have to wait.
 */
async function checkUncounted<L extends Lookups>(
  db: Database,
  config: Config,
  given: SignIn,
  lookups: L,
): Promise<ProvenSignIn<L> | null> {
  const generated = generatedPrincipal(config, given);
  if (generated) {
    const found = await runLookups(db, { ...lookups, principal: generated });
    const principal = await found.principal;
    return principal && { principal, found };
  }
  if (!isProven(config, given)) return null;
  const own = { user: userOf(given), wait: familiarWaitLookup(given) };
  const found = await runLookups(db, { ...lookups, ...own });
  if (found.wait !== null) throw tooMany(found.wait);
  const principal = await checkPassword(config, found.user, given.password);
  return principal && { principal, found };
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
  const isRobot = isRobotUsername(username);
  if (!isRobot && !password.startsWith(ACCESS_TOKEN_PREFIX)) return null;
  const key = { hash: hashSecret(config.credentialKey, password) };
  const isTemporary = password.startsWith(LOGIN_PREFIX);
  const ofUser = isTemporary ? refreshPrincipalLookup : tokenPrincipalLookup;
  const lookup: Lookup<KnownPrincipal | null> = isRobot
    ? robotPrincipalLookup(config, key)
    : ofUser(config, key);
  return mapLookup(lookup, async (principal) => (principal?.name === username ? principal : null));
}

/** The hash of no one's password: the time of an answer must not reveal which accounts exist. */
const NO_USERS_HASH = `scrypt:N=16384,r=8,p=1:${'A'.repeat(22)}:${'A'.repeat(43)}`;

async function checkPassword(
  config: Config,
  user: UserRecord | null,
  password: string,
): Promise<Principal | null> {
  if (password.length > MAX_PASSWORD_LENGTH) return null;
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
  const principal = tokenPrincipalLookup(config, {
    hash: hashSecret(config.credentialKey, secret),
  });
  return (await runLookups(db, { principal })).principal;
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
  return credentialPrincipal(config, projectId, found);
}

import { choiceFault } from '../domain/common-passwords.ts';
import { RegistryError } from '../domain/errors.ts';
import { isDue, MINUTE_MS } from '../domain/time.ts';
import type { Config } from '../env.ts';
import { confirmSession, type SessionRecord } from '../storage/accounts/sessions.ts';
import { replacePassword, type UserRecord, userLookup } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { reserveAttempt, tooMany } from './attempts.ts';
import { isRightPassword } from './passwords.ts';
import type { Principal } from './principal.ts';
import { hashPassword } from './secrets.ts';

type UserPrincipal = Principal & { kind: 'user' };

/** A password that a signed-in user gives to prove who they are. */
interface Proof {
  readonly password: string;
  /** IP address of the client. */
  readonly address: string;
  /** The user's session; null: none. */
  readonly sessionId: number | null;
  /** The field of the request that holds the password. */
  readonly field: string;
}

/**
 * The user whose password is right. A wrong one counts as a failed sign-in.
 * @throws RegistryError FIELD_INVALID, TOO_MANY_REQUESTS
 */
async function proveUser(
  db: Database,
  config: Config,
  { id, name }: UserPrincipal,
  { password, address, sessionId, field }: Proof,
): Promise<UserRecord> {
  const lookups = { user: userLookup({ id }) };
  const isFamiliar = sessionId !== null;
  const attempt = await reserveAttempt(db, { username: name, address }, isFamiliar, lookups);
  if (attempt.until !== null) throw tooMany(attempt.until);
  const { user } = attempt.found;
  const right = user && (await isRightPassword(config, user, password));
  if (!right) throw wrongPassword(field);
  await attempt.forgive();
  return user;
}

/** A user's change of their own password. */
export interface OwnPasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
  /** Whether it ends the user's access tokens, too. */
  readonly endTokens: boolean;
  /** IP address of the client. */
  readonly address: string;
  /** The session that continues; null: none. */
  readonly sessionId: number | null;
}

/**
 * Sets a user's new password, and ends their other sessions and the tokens signed for them. A
 * wrong current password counts as a failed sign-in.
 * @throws RegistryError FIELD_INVALID, TOO_MANY_REQUESTS
 */
export async function changePassword(
  db: Database,
  config: Config,
  principal: UserPrincipal,
  { currentPassword, newPassword, endTokens, address, sessionId }: OwnPasswordChange,
): Promise<void> {
  checkPasswordRule(newPassword, principal.name, 'newPassword');
  const field = 'currentPassword';
  const proof = { password: currentPassword, address, sessionId, field };
  const user = await proveUser(db, config, principal, proof);
  if (newPassword === currentPassword) {
    throw new RegistryError('FIELD_INVALID', 'the new password is the same as the current one', {
      field: 'newPassword',
    });
  }
  const replaced = await replacePassword(db, user, {
    hash: await hashPassword(newPassword),
    keep: sessionId,
    revokeTokens: endTokens,
    now: Date.now(),
  });
  // It was changed after it was read.
  if (!replaced) throw wrongPassword(field);
}

/** What needs a confirmed password needs one given within this time, in ms. */
const CONFIRMED_FOR = 15 * MINUTE_MS;

/**
 * Whoever finds a browser signed in must not make a credential that outlives the session.
 * @throws RegistryError PASSWORD_CONFIRMATION_REQUIRED
 */
export function requireConfirmedPassword({ confirmedAt }: SessionRecord): void {
  if (!isDue(confirmedAt, CONFIRMED_FOR, Date.now())) return;
  throw new RegistryError('PASSWORD_CONFIRMATION_REQUIRED');
}

/**
 * Confirms the password of the user who is signed in. A wrong one counts as a failed sign-in.
 * @throws RegistryError FIELD_INVALID, TOO_MANY_REQUESTS
 */
export async function confirmPassword(
  db: Database,
  config: Config,
  principal: UserPrincipal,
  proof: Omit<Proof, 'field'>,
): Promise<void> {
  await proveUser(db, config, principal, { ...proof, field: 'password' });
  if (proof.sessionId !== null) await confirmSession(db, proof.sessionId, Date.now());
}

/** @throws RegistryError FIELD_INVALID when a text is not allowed as the user's password */
export function checkPasswordRule(password: string, userName: string, field: string): void {
  const fault = choiceFault(password, userName);
  if (fault !== null) throw new RegistryError('FIELD_INVALID', fault, { field });
}

function wrongPassword(field: string): RegistryError {
  return new RegistryError('FIELD_INVALID', 'the current password is not right', { field });
}

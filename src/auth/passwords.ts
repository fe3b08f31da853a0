import { passwordFault } from '../domain/accounts.ts';
import { RegistryError } from '../domain/errors.ts';
import type { Config } from '../env.ts';
import { findUser, replacePassword, type UserRecord } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { countersOf, reserveAttempt, tooMany } from './attempts.ts';
import type { Principal } from './principal.ts';
import { fingerprint, hashPassword, isSameSecret, verifyPassword } from './secrets.ts';

/** The user of migrations/0002, whose first password is the secret ADMIN_PASSWORD. */
const FIRST_ADMIN = 1;

/** Fingerprints of a user, a hash and the password that scrypt found to be right. */
const rightPasswords = new Set<string>();
const MAX_REMEMBERED = 1000;

/** Whether a password is the user's. */
export async function isRightPassword(
  config: Config,
  user: UserRecord,
  password: string,
): Promise<boolean> {
  const { id, passwordHash } = user;
  if (passwordHash === null)
    return id === FIRST_ADMIN && isSameSecret(password, config.adminPassword);
  // The hash is part of the fingerprint, so a changed password is never remembered.
  const known = fingerprint(config.credentialKey, JSON.stringify([id, passwordHash, password]));
  if (rightPasswords.has(known)) return true;
  if (!(await verifyPassword(password, passwordHash))) return false;
  if (rightPasswords.size >= MAX_REMEMBERED) rightPasswords.clear();
  rightPasswords.add(known);
  return true;
}

/** A user's change of their own password. */
export interface PasswordChange {
  readonly currentPassword: string;
  readonly newPassword: string;
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
  { id, name }: Principal & { kind: 'user' },
  change: PasswordChange,
): Promise<void> {
  checkPasswordRule(change.newPassword, name, 'newPassword');
  const familiar = change.sessionId !== null;
  const counters = await countersOf(db, { username: name, address: change.address }, familiar);
  const { until, forgive } = await reserveAttempt(db, counters);
  if (until !== null) throw tooMany(until);
  const user = await findUser(db, { id });
  const right = user && (await isRightPassword(config, user, change.currentPassword));
  if (!right) throw wrongPassword();
  await forgive();
  if (change.newPassword === change.currentPassword) {
    throw new RegistryError('FIELD_INVALID', 'the new password is the same as the current one', {
      field: 'newPassword',
    });
  }
  const hash = await hashPassword(change.newPassword);
  const replaced = await replacePassword(db, user, hash, change.sessionId);
  // It was changed after it was read.
  if (!replaced) throw wrongPassword();
}

/** @throws RegistryError FIELD_INVALID when a text is not allowed as the user's password */
export function checkPasswordRule(password: string, userName: string, field: string): void {
  const fault = passwordFault(password, userName);
  if (fault !== null) throw new RegistryError('FIELD_INVALID', fault, { field });
}

function wrongPassword(): RegistryError {
  return new RegistryError('FIELD_INVALID', 'the current password is not right', {
    field: 'currentPassword',
  });
}

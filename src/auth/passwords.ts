import type { Config } from '../env.ts';
import type { UserRecord } from '../storage/accounts/users.ts';
import { fingerprint, isSameSecret, verifyPassword } from './secrets.ts';

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

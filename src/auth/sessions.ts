import { RegistryError } from '../domain/errors.ts';
import { isDue, pastTime } from '../domain/time.ts';
import type { Config } from '../env.ts';
import {
  deleteSession,
  extendSession,
  findSession,
  insertSession,
  type SessionRecord,
} from '../storage/accounts/sessions.ts';
import { findUser } from '../storage/accounts/users.ts';
import type { Database } from '../storage/database.ts';
import { userPrincipal } from './load-principal.ts';
import type { Principal } from './principal.ts';
import { generateSecret, hashSecret } from './secrets.ts';

/** A session expires this long after its last use, in ms. */
const IDLE = 12 * 60 * 60 * 1000;
/** Minimum interval between `lastSeenAt` writes, in ms. */
const WRITE_INTERVAL = 5 * 60 * 1000;

/** The session of a browser, and its user. */
export interface SignedIn {
  readonly principal: Principal & { kind: 'user' };
  readonly session: SessionRecord;
}

/**
 * Begins a session for a user who has just signed in, and returns the secret for its cookie.
 * @throws RegistryError SIGN_IN_FAILED when the password was changed or the account disabled
 *   in the meantime
 */
export async function beginSession(
  db: Database,
  config: Config,
  { id: userId, stamp }: Principal & { kind: 'user' },
  from: { readonly userAgent: string; readonly address: string },
): Promise<string> {
  const secret = generateSecret('ses_');
  const now = Date.now();
  const id = await insertSession(db, {
    userId,
    tokenHash: hashSecret(config.credentialKey, secret),
    createdAt: now,
    lastSeenAt: now,
    expiresAt: now + IDLE,
    userAgent: from.userAgent.slice(0, 300),
    address: from.address,
  });
  // A concurrent password change may have missed this new session: check again.
  const user = await findUser(db, { id: userId });
  if (user && userPrincipal(config, user, null)?.stamp === stamp) return secret;
  await deleteSession(db, userId, id);
  throw new RegistryError('SIGN_IN_FAILED');
}

/** The session that a cookie belongs to; null when it has ended or its user is disabled. */
export async function resumeSession(
  db: Database,
  config: Config,
  secret: string,
): Promise<SignedIn | null> {
  const now = Date.now();
  const session = await findSession(db, hashSecret(config.credentialKey, secret), now);
  const user = session && (await findUser(db, { id: session.userId }));
  const principal = user && userPrincipal(config, user, null);
  if (!session || !principal) return null;
  if (isDue(session.lastSeenAt, WRITE_INTERVAL, now)) {
    await extendSession(db, session.id, pastTime(session.createdAt, now), now, now + IDLE);
  }
  return { principal: { ...principal, inSession: true }, session };
}

/** Signs a browser out. */
export async function endSession(db: Database, session: SessionRecord): Promise<void> {
  await deleteSession(db, session.userId, session.id);
}

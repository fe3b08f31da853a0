import { RegistryError } from '../domain/errors.ts';
import { networkOf } from '../domain/networks.ts';
import { hasSession } from '../storage/accounts/sessions.ts';
import {
  type Counted,
  findWait,
  forgiveSignIn,
  reserveSignIn,
} from '../storage/accounts/sign-in-failures.ts';
import type { Database } from '../storage/database.ts';

/** An attempt to sign in to an account. */
export interface Attempt {
  readonly username: string;
  /** IP address of the client. */
  readonly address: string;
}

/** The two counters that a failed attempt raises. */
export interface Counters {
  readonly account: Counted;
  readonly address: Counted;
}

const MINUTE = 60_000;

/**
 * The counters of an attempt. An address from which the account has signed in before has its own
 * counter for the account, so that a stranger's guesses do not lock its user out.
 * @param familiar whether the account has recently signed in from this address
 */
export async function countersOf(
  db: Database,
  { username, address }: Attempt,
  familiar: boolean,
): Promise<Counters> {
  // No account has a longer name, and strangers must not fill the database with long ones.
  const name = username.toLowerCase().slice(0, 64);
  const known = familiar || (await hasSession(db, username, address, Date.now()));
  const account = known ? `familiar:${name}:${address}` : `user:${name}`;
  return {
    account: { subject: account, free: 5, leak: 15 * MINUTE },
    address: { subject: `address:${networkOf(address)}`, free: 30, leak: MINUTE / 2 },
  };
}

/**
 * Counts an attempt as failed before it is made.
 * @returns until when it has to wait, ms since 1970; null when it may be made now
 */
export async function reserveAttempt(db: Database, counters: Counters): Promise<number | null> {
  return await reserveSignIn(db, [counters.account, counters.address], Date.now());
}

/** Undoes reserveAttempt for an attempt that succeeded. */
export async function forgiveAttempt(db: Database, counters: Counters): Promise<void> {
  await forgiveSignIn(db, counters.account, counters.address);
}

/** @throws RegistryError TOO_MANY_REQUESTS while the account has to wait */
export async function refuseWaiting(db: Database, counters: Counters): Promise<void> {
  const until = await findWait(db, counters.account, Date.now());
  if (until !== null) throw tooMany(until);
}

/** The error for an attempt that has to wait until a time, ms since 1970. */
export function tooMany(until: number): RegistryError {
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  return new RegistryError('TOO_MANY_REQUESTS', `too many failed sign-ins: wait ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
  });
}

import { RegistryError } from '../domain/errors.ts';
import { hasSession } from '../storage/accounts/sessions.ts';
import {
  type Counted,
  findWait,
  forgiveSignIn,
  reserveSignIn,
} from '../storage/accounts/sign-in-failures.ts';
import type { Database } from '../storage/database.ts';

/** Whose password is tried, and from where. */
export interface Attempt {
  readonly username: string;
  /** IP address of the client. */
  readonly address: string;
}

/** What an attempt is counted for. */
export interface Counters {
  readonly account: Counted;
  readonly address: Counted;
}

const MINUTE = 60_000;

/**
 * The counters of an attempt. Where the account's own people sign in from is counted apart
 * from the rest of the world, so that a stranger's guesses do not lock them out.
 * @param familiar whether the account has proven itself from this address lately
 */
export async function countersOf(
  db: Database,
  { username, address }: Attempt,
  familiar: boolean,
): Promise<Counters> {
  // No account has a longer name, and nobody shall fill the database with long ones.
  const name = username.toLowerCase().slice(0, 64);
  const known = familiar || (await hasSession(db, username, address, Date.now()));
  const account = known ? `familiar:${name}:${address}` : `user:${name}`;
  return {
    account: { subject: account, free: 5, leak: 15 * MINUTE },
    address: { subject: `address:${networkOf(address)}`, free: 30, leak: MINUTE / 2 },
  };
}

/** An IPv6 address as the /64 it is in, all of which is one client's; IPv4 as it is. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const behind = tail?.split(':').filter(Boolean) ?? [];
  const zeros = Array<string>(Math.max(0, 8 - groups.length - behind.length)).fill('0');
  const all = tail === undefined ? groups : [...groups, ...zeros, ...behind];
  return `${all.slice(0, 4).join(':')}::/64`;
}

/** Counts an attempt as failed before it is made; answers until when (ms) it has to wait. */
export async function reserveAttempt(db: Database, counters: Counters): Promise<number | null> {
  return await reserveSignIn(db, [counters.account, counters.address], Date.now());
}

/** Takes back what was counted for an attempt that was right. */
export async function forgiveAttempt(db: Database, counters: Counters): Promise<void> {
  await forgiveSignIn(db, counters.account, counters.address);
}

/** @throws RegistryError TOO_MANY_REQUESTS while the account has to wait */
export async function refuseWaiting(db: Database, counters: Counters): Promise<void> {
  const until = await findWait(db, counters.account, Date.now());
  if (until !== null) throw tooMany(until);
}

/** The error for an attempt that has to wait until a time (ms). */
export function tooMany(until: number): RegistryError {
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  return new RegistryError('TOO_MANY_REQUESTS', `too many failed sign-ins: wait ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
  });
}

import { RegistryError } from '../domain/errors.ts';
import { networkOf } from '../domain/networks.ts';
import { DAY_MS, MINUTE_MS } from '../domain/time.ts';
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

/** What a failed attempt is counted against. */
export interface Counters {
  readonly account: Counted;
  readonly address: Counted;
  /** Where the account has not signed in from the address before. */
  readonly stranger: {
    /** The account and the client's network. */
    readonly network: Counted;
    /** The account and all networks that try it while it has to wait. */
    readonly all: Counted;
  } | null;
}

/**
 * The counters of an attempt. An address from which the account has signed in before has its own
 * counter for the account, so that a stranger's guesses do not lock its user out there.
 *
 * Elsewhere, strangers who guess make the account wait, but not a network that has not failed yet:
 * it has three tries a day, so that the user of the account gets in from a new place at once. All
 * networks together have a thousand such tries, and another one every 86 s, so that a guesser with
 * many addresses stays slow: the waits allow 96 guesses a day, and these tries 1,000 more (2,000 on
 * the first day).
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
  const network = `stranger:${name}:${networkOf(address, 48)}`;
  return {
    account: { subject: account, free: 5, leak: 15 * MINUTE_MS },
    address: { subject: `address:${networkOf(address)}`, free: 30, leak: MINUTE_MS / 2 },
    stranger: known
      ? null
      : {
          network: { subject: network, free: 3, leak: DAY_MS / 3 },
          all: { subject: `strangers:${name}`, free: 1000, leak: DAY_MS / 1000 },
        },
  };
}

/** An attempt that was counted as failed before it is made. */
export interface ReservedAttempt {
  /** Until when it has to wait, ms since 1970; null when it may be made now. */
  readonly until: number | null;
  /** Takes back what was counted, once the attempt has succeeded. */
  forgive(): Promise<void>;
}

/** Counts an attempt as failed before it is made. */
export async function reserveAttempt(db: Database, counters: Counters): Promise<ReservedAttempt> {
  const { account, address, stranger } = counters;
  const now = Date.now();
  const network = stranger ? [stranger.network] : [];
  const usual = { waits: [account, address], budgets: [], counted: [account, address, ...network] };
  const { admitted, until } = await reserveSignIn(db, usual, now);
  const forgive = () => forgiveSignIn(db, [account, ...network], [address]);
  if (admitted || stranger === null) return { until, forgive };
  const budgets = [stranger.network, stranger.all];
  const fresh = { waits: [address], budgets, counted: [address, ...budgets] };
  const asStranger = await reserveSignIn(db, fresh, now);
  if (!asStranger.admitted) return { until, forgive };
  // The account's own wait stays: the guesses at it have not ended.
  return { until: null, forgive: () => forgiveSignIn(db, network, [address, stranger.all]) };
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

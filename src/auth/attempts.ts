import { RegistryError } from '../domain/errors.ts';
import { networkOf } from '../domain/networks.ts';
import { DAY_MS, MINUTE_MS } from '../domain/time.ts';
import {
  type Counted,
  forgiveSignIn,
  type Reservation,
  reserveSignIn,
  waitLookup,
} from '../storage/accounts/sign-in-failures.ts';
import type { Database } from '../storage/database.ts';
import type { Lookup, LookupResults, Lookups } from '../storage/lookups.ts';

/** An attempt to sign in to an account. */
export interface Attempt {
  readonly username: string;
  /** IP address of the client. */
  readonly address: string;
}

/** What a failed attempt is counted against. */
interface Counters {
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
function countersOf({ username, address }: Attempt, familiar: boolean): Counters {
  // No account has a longer name, and strangers must not fill the database with long ones.
  const name = username.toLowerCase().slice(0, 64);
  const account = familiar ? `familiar:${name}:${address}` : `user:${name}`;
  const network = `stranger:${name}:${networkOf(address, 48)}`;
  return {
    account: { subject: account, free: 5, leak: 15 * MINUTE_MS },
    address: { subject: `address:${networkOf(address)}`, free: 30, leak: MINUTE_MS / 2 },
    stranger: familiar
      ? null
      : {
          network: { subject: network, free: 3, leak: DAY_MS / 3 },
          all: { subject: `strangers:${name}`, free: 1000, leak: DAY_MS / 1000 },
        },
  };
}

/** An attempt that was counted as failed before it is made. */
export interface ReservedAttempt<L extends Lookups> {
  /** Until when it has to wait, ms since 1970; null when it may be made now. */
  readonly until: number | null;
  /** Whether something that it counts for had failed before. */
  readonly failedBefore: boolean;
  /** What was looked up; for an attempt that has to wait it must not be used. */
  readonly found: LookupResults<L>;
  /** Takes back what was counted, once the attempt has succeeded. */
  forgive(): Promise<void>;
}

/**
 * Counts an attempt as failed before it is made, and runs lookups in the same trip to the database.
 * @param familiar whether this isolate knows that the account signs in from this address; a session
 *   of the account there says so, too
 */
export async function reserveAttempt<L extends Lookups>(
  db: Database,
  attempt: Attempt,
  familiar: boolean,
  lookups: L,
): Promise<ReservedAttempt<L>> {
  const now = Date.now();
  const { username, address } = attempt;
  const placed = {
    from: familiar ? null : { userName: username, address },
    familiar: reservationOf(attempt, true),
    strange: reservationOf(attempt, false),
  };
  const reserved = await reserveSignIn(db, placed, now, lookups);
  const { admitted, until, failedBefore, found } = reserved;
  const { stranger, ...usual } = countersOf(attempt, reserved.familiar);
  const forget = [usual.account, ...(stranger ? [stranger.network] : [])];
  const forgive = () => forgiveSignIn(db, forget, [usual.address]);
  if (admitted || stranger === null) return { until, failedBefore, found, forgive };
  const budgets = [stranger.network, stranger.all];
  const fresh = { waits: [usual.address], budgets, counted: [usual.address, ...budgets] };
  const anywhere = { from: null, familiar: fresh, strange: fresh };
  const asStranger = await reserveSignIn(db, anywhere, now, {});
  if (!asStranger.admitted) return { until, failedBefore, found, forgive };
  // The account's own wait stays: the guesses at it have not ended.
  const lower = [usual.address, stranger.all];
  const forgiveStranger = () => forgiveSignIn(db, [stranger.network], lower);
  return { until: null, failedBefore, found, forgive: forgiveStranger };
}

function reservationOf(attempt: Attempt, familiar: boolean): Reservation {
  const { account, address, stranger } = countersOf(attempt, familiar);
  const network = stranger ? [stranger.network] : [];
  return { waits: [account, address], budgets: [], counted: [account, address, ...network] };
}

/** Looks up until when an account has to wait where it signs in from, ms; null: it does not. */
export function familiarWaitLookup(attempt: Attempt): Lookup<number | null> {
  return waitLookup(countersOf(attempt, true).account, Date.now());
}

/** The error for an attempt that has to wait until a time, ms since 1970. */
export function tooMany(until: number): RegistryError {
  const seconds = Math.max(1, Math.ceil((until - Date.now()) / 1000));
  return new RegistryError('TOO_MANY_REQUESTS', `too many failed sign-ins: wait ${seconds} s`, {
    headers: { 'retry-after': String(seconds) },
  });
}

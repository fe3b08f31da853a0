import { gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { DAY_MS, MINUTE_MS } from '../../domain/time.ts';
import { type Database, runBatch } from '../database.ts';
import {
  type Lookup,
  type LookupResults,
  type Lookups,
  lookupsQuery,
  readLookups,
} from '../lookups.ts';
import { signInFailures } from '../schema.ts';
import { hasSession } from './sessions.ts';

/** An account or address for which failed sign-ins are counted. */
export interface Counted {
  readonly subject: string;
  /** Failures that cause no wait. */
  readonly free: number;
  /** Time after which one failure is forgotten, ms. */
  readonly leak: number;
}

/** The longest wait, in ms. */
const LONGEST_WAIT = 15 * MINUTE_MS;

/** Age after which failures no longer count, in ms. */
const FORGOTTEN_AFTER = DAY_MS;

/** Rows that one clean-up deletes at most. */
const SLICE = 10_000;

/** What an attempt to sign in is counted against. */
export interface Reservation {
  /** Their waits refuse the attempt. */
  readonly waits: readonly Counted[];
  /** Once one has had all its free failures, the attempt is refused. */
  readonly budgets: readonly Counted[];
  /** All that the attempt counts for. */
  readonly counted: readonly Counted[];
}

/** What an attempt is counted against, which depends on where it comes from. */
export interface PlacedReservation {
  /** For a user who is signed in from this address; null: in any case. */
  readonly from: { readonly userName: string; readonly address: string } | null;
  readonly familiar: Reservation;
  /** For anyone else. */
  readonly strange: Reservation;
}

/** How an attempt was counted, and what was looked up with it. */
export interface ReservedSignIn<L extends Lookups> {
  /** Whether it may be made. */
  readonly admitted: boolean;
  /** Until when it has to wait, ms since 1970; null: it does not have to. */
  readonly until: number | null;
  /** Whether it was counted as one from a familiar place. */
  readonly familiar: boolean;
  /** Whether something that it counts for had failed before. */
  readonly failedBefore: boolean;
  readonly found: LookupResults<L>;
}

/**
 * Counts a sign-in as failed before it is tried, and runs lookups, in one transaction. Where it is
 * refused it counts nothing. Because it counts first, a thousand simultaneous guesses are a thousand
 * failures.
 */
export async function reserveSignIn<L extends Lookups>(
  db: Database,
  { from, familiar, strange }: PlacedReservation,
  now: number,
  lookups: L,
): Promise<ReservedSignIn<L>> {
  const isFamiliar = from ? hasSession(from.userName, from.address, now) : sql`1`;
  const place = sql`place AS MATERIALIZED (SELECT ${isFamiliar} AS familiar)`;
  const choose = (part: keyof Reservation) =>
    sql`(SELECT iif(familiar, ${JSON.stringify(familiar[part])}, ${JSON.stringify(strange[part])})
      FROM place)`;
  const counted = choose('counted');
  const waiting = currentWaits(choose('waits'), now);
  const refused = sql`EXISTS (${waiting}) OR EXISTS (${spentBudgets(choose('budgets'), now)})`;
  const all = [familiar, strange].flatMap((one) => [...one.waits, ...one.budgets, ...one.counted]);
  const [, rows, , looked] = await runBatch(db, [
    correctDates(all, now),
    sql`WITH ${place} SELECT (SELECT max(until) FROM (${waiting})) AS until, ${refused} AS refused,
      (SELECT familiar FROM place) AS familiar, EXISTS (SELECT 1 FROM json_each(${counted}) AS c
        CROSS JOIN sign_in_failures AS f ON f.subject = c.value ->> 'subject') AS failedBefore`,
    sql`WITH ${place} INSERT INTO sign_in_failures (subject, failures, last_at)
      SELECT value ->> 'subject', 1, ${now} FROM json_each(${counted}) WHERE NOT (${refused})
      ON CONFLICT DO UPDATE SET last_at = ${now},
        failures = 1 + max(0, failures - CAST((${now} - last_at) / (
          SELECT value ->> 'leak' FROM json_each(${JSON.stringify(all)})
            WHERE value ->> 'subject' = excluded.subject) AS INTEGER))`,
    ...(Object.keys(lookups).length > 0 ? [lookupsQuery(lookups)] : []),
  ]);
  const row = rows?.[0] ?? {};
  return {
    admitted: row.refused === 0,
    until: (row.until ?? null) as number | null,
    familiar: row.familiar === 1,
    failedBefore: row.failedBefore === 1,
    found: readLookups(lookups, looked?.[0] ?? {}),
  };
}

/** Looks up until when (ms) the sign-ins of a subject have to wait; null: no wait. */
export function waitLookup(counted: Counted, now: number): Lookup<number | null> {
  const waiting = currentWaits(sql`${JSON.stringify([counted])}`, now);
  return {
    sql: sql`SELECT max(until) FROM (${waiting})`,
    read: (value) => value as number | null,
  };
}

/**
 * Dates failures that are ahead of the clock to now, once: a clock that was wrong for an hour must
 * not keep anyone waiting until then.
 */
function correctDates(counted: readonly Counted[], now: number): SQL {
  const subjects = JSON.stringify(counted.map(({ subject }) => subject));
  return sql`UPDATE sign_in_failures SET last_at = ${now}
    WHERE subject IN (SELECT value FROM json_each(${subjects})) AND last_at > ${now}`;
}

/**
 * The ends of the current waits; each failure after the free ones doubles the wait.
 * @param counted JSON of those that count
 */
function currentWaits(counted: SQL, now: number): SQL {
  const until = sql`f.last_at + min(1000 << min(f.failures - (c.value ->> 'free'), 10), ${LONGEST_WAIT})`;
  return sql`SELECT ${until} AS until
    FROM json_each(${counted}) AS c
      CROSS JOIN sign_in_failures AS f ON f.subject = c.value ->> 'subject'
    WHERE f.failures >= c.value ->> 'free' AND ${until} > ${now} AND f.last_at <= ${now}`;
}

/** As currentWaits: those that have had all their free failures, without those forgotten since. */
function spentBudgets(counted: SQL, now: number): SQL {
  return sql`SELECT 1
    FROM json_each(${counted}) AS c
      CROSS JOIN sign_in_failures AS f ON f.subject = c.value ->> 'subject'
    WHERE f.failures - CAST((${now} - f.last_at) / (c.value ->> 'leak') AS INTEGER)
      >= c.value ->> 'free'`;
}

/**
 * Takes back what reserveSignIn counted for a sign-in that succeeded: all failures of the subjects
 * to `forget`, but only this one of those to `lower`. Otherwise an attacker could sign in to their
 * own account to reset the count for guesses at others.
 */
export async function forgiveSignIn(
  db: Database,
  forget: readonly Counted[],
  lower: readonly Counted[],
): Promise<void> {
  const subjectsOf = (counted: readonly Counted[]) => counted.map(({ subject }) => subject);
  await db.batch([
    db.delete(signInFailures).where(inArray(signInFailures.subject, subjectsOf(forget))),
    db
      .update(signInFailures)
      .set({ failures: sql`max(${signInFailures.failures} - 1, 0)` })
      .where(inArray(signInFailures.subject, subjectsOf(lower))),
  ]);
}

/** Deletes a slice of the failures that are too old to count, or far ahead of the clock. */
export async function expireSignInFailures(db: Database, now: number): Promise<void> {
  const old = db
    .select({ subject: signInFailures.subject })
    .from(signInFailures)
    .where(
      or(
        lt(signInFailures.lastAt, now - FORGOTTEN_AFTER),
        gt(signInFailures.lastAt, now + FORGOTTEN_AFTER),
      ),
    )
    .limit(SLICE);
  await db.delete(signInFailures).where(inArray(signInFailures.subject, old));
}

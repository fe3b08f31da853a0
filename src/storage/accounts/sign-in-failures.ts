import { gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { DAY_MS, MINUTE_MS } from '../../domain/time.ts';
import { type Database, runBatch } from '../database.ts';
import { signInFailures } from '../schema.ts';

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

/**
 * Counts a sign-in as failed before it is tried. Where it is refused it counts nothing. Because it
 * counts first, a thousand simultaneous guesses are a thousand failures.
 * @returns whether it may be tried, and until when (ms) it has to wait if it has to
 */
export async function reserveSignIn(
  db: Database,
  { waits, budgets, counted }: Reservation,
  now: number,
): Promise<{ readonly admitted: boolean; readonly until: number | null }> {
  const list = JSON.stringify(counted);
  const waiting = currentWaits(waits, now);
  const spent = spentBudgets(budgets, now);
  const refused = sql`EXISTS (${waiting}) OR EXISTS (${spent})`;
  const [, found] = await runBatch(db, [
    correctDates([...waits, ...budgets, ...counted], now),
    sql`SELECT (SELECT max(until) FROM (${waiting})) AS until, ${refused} AS refused`,
    sql`INSERT INTO sign_in_failures (subject, failures, last_at)
      SELECT value ->> 'subject', 1, ${now} FROM json_each(${list}) WHERE NOT (${refused})
      ON CONFLICT DO UPDATE SET last_at = ${now},
        failures = 1 + max(0, failures - CAST((${now} - last_at) / (
          SELECT value ->> 'leak' FROM json_each(${list})
            WHERE value ->> 'subject' = excluded.subject) AS INTEGER))`,
  ]);
  const row = found?.[0];
  return { admitted: row?.refused === 0, until: (row?.until ?? null) as number | null };
}

/** Until when (ms) the sign-ins of a subject have to wait; null: no wait. */
export async function findWait(
  db: Database,
  counted: Counted,
  now: number,
): Promise<number | null> {
  const [row] = await db.all<{ until: number | null }>(sql`
    SELECT max(until) AS until FROM (${currentWaits([counted], now)})`);
  return row?.until ?? null;
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

/** The ends of the current waits; each failure after the free ones doubles the wait. */
function currentWaits(counted: readonly Counted[], now: number): SQL {
  const until = sql`f.last_at + min(1000 << min(f.failures - (c.value ->> 'free'), 10), ${LONGEST_WAIT})`;
  return sql`SELECT ${until} AS until
    FROM json_each(${JSON.stringify(counted)}) AS c
      CROSS JOIN sign_in_failures AS f ON f.subject = c.value ->> 'subject'
    WHERE f.failures >= c.value ->> 'free' AND ${until} > ${now} AND f.last_at <= ${now}`;
}

/** The subjects that have had all their free failures, without those forgotten since. */
function spentBudgets(counted: readonly Counted[], now: number): SQL {
  return sql`SELECT 1
    FROM json_each(${JSON.stringify(counted)}) AS c
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

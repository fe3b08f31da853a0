import { eq, inArray, lt, type SQL, sql } from 'drizzle-orm';
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

/**
 * Counts a sign-in as failed before it is tried. If one of its subjects has to wait, it counts
 * nothing and answers until when (ms). Because it counts first, a thousand simultaneous guesses
 * are a thousand failures.
 */
export async function reserveSignIn(
  db: Database,
  counted: readonly Counted[],
  now: number,
): Promise<number | null> {
  const list = JSON.stringify(counted);
  const waits = waiting(list, now);
  const [found] = await runBatch(db, [
    sql`SELECT max(until) AS until FROM (${waits})`,
    sql`INSERT INTO sign_in_failures (subject, failures, last_at)
      SELECT value ->> 'subject', 1, ${now} FROM json_each(${list}) WHERE NOT EXISTS (${waits})
      ON CONFLICT DO UPDATE SET last_at = ${now},
        failures = 1 + max(0, failures - CAST((${now} - last_at) / (
          SELECT value ->> 'leak' FROM json_each(${list})
            WHERE value ->> 'subject' = excluded.subject) AS INTEGER))`,
  ]);
  return (found?.[0]?.until ?? null) as number | null;
}

/** Until when (ms) the sign-ins of a subject have to wait; null: no wait. */
export async function findWait(
  db: Database,
  counted: Counted,
  now: number,
): Promise<number | null> {
  const waits = waiting(JSON.stringify([counted]), now);
  const [row] = await db.all<{ until: number | null }>(sql`
    SELECT max(until) AS until FROM (${waits})`);
  return row?.until ?? null;
}

/** The ends of the current waits; each failure after the free ones doubles the wait. */
function waiting(list: string, now: number): SQL {
  const until = sql`f.last_at + min(1000 << min(f.failures - (c.value ->> 'free'), 10), ${LONGEST_WAIT})`;
  return sql`SELECT ${until} AS until
    FROM json_each(${list}) AS c CROSS JOIN sign_in_failures AS f ON f.subject = c.value ->> 'subject'
    WHERE f.failures >= c.value ->> 'free' AND ${until} > ${now}`;
}

/**
 * Takes back what reserveSignIn counted for a sign-in that succeeded: all failures of the account,
 * but only this one of the address. Otherwise an attacker could sign in to their own account to
 * reset the count for guesses at others.
 */
export async function forgiveSignIn(
  db: Database,
  account: Counted,
  address: Counted,
): Promise<void> {
  await db.batch([
    db.delete(signInFailures).where(eq(signInFailures.subject, account.subject)),
    db
      .update(signInFailures)
      .set({ failures: sql`max(${signInFailures.failures} - 1, 0)` })
      .where(eq(signInFailures.subject, address.subject)),
  ]);
}

/** Deletes a slice of the failures that are too old to count. */
export async function expireSignInFailures(db: Database, now: number): Promise<void> {
  const old = db
    .select({ subject: signInFailures.subject })
    .from(signInFailures)
    .where(lt(signInFailures.lastAt, now - FORGOTTEN_AFTER))
    .limit(SLICE);
  await db.delete(signInFailures).where(inArray(signInFailures.subject, old));
}

import { and, desc, eq, gt, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';
import { sessions, users } from '../schema.ts';
import { lifetimeEnd } from '../settings.ts';

/** A signed-in browser. */
export interface SessionRecord {
  readonly id: number;
  readonly userId: number;
  readonly createdAt: number;
  /** When the user last gave the password: at the sign-in, or to confirm it later. */
  readonly confirmedAt: number;
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly userAgent: string;
  readonly address: string;
}

/** A session ends some time after its last use, and when its longest life is over. */
const ENDS_AT = sql<number>`min(${sessions.expiresAt},
  ${lifetimeEnd('sessionLifetimeDays', sql`${sessions.createdAt}`)})`;

/** The most sessions of a user. */
const MAX_SESSIONS = 100;

const columns = {
  id: sessions.id,
  userId: sessions.userId,
  createdAt: sessions.createdAt,
  confirmedAt: sql<number>`coalesce(${sessions.confirmedAt}, ${sessions.createdAt})`,
  lastSeenAt: sessions.lastSeenAt,
  expiresAt: ENDS_AT,
  userAgent: sessions.userAgent,
  address: sessions.address,
};

/** Rows that one clean-up deletes at most. */
const SLICE = 10_000;

/** Creates a session and answers its id. Of too many the one that was unused for longest ends. */
export async function insertSession(
  db: Database,
  session: Omit<SessionRecord, 'id' | 'confirmedAt'> & { readonly tokenHash: string },
): Promise<number> {
  const [made] = await runBatch(db, [
    db.insert(sessions).values(session).returning({ id: sessions.id }),
    sql`DELETE FROM sessions WHERE id IN (SELECT id FROM sessions
      WHERE user_id = ${session.userId}
      ORDER BY last_seen_at DESC, id DESC LIMIT -1 OFFSET ${MAX_SESSIONS})`,
  ]);
  return made?.[0]?.id as number;
}

/** A session that has not expired, by the keyed hash of its cookie. */
export async function findSession(
  db: Database,
  tokenHash: string,
  now: number,
): Promise<SessionRecord | null> {
  const [row] = await db
    .select(columns)
    .from(sessions)
    .where(and(eq(sessions.tokenHash, tokenHash), gt(ENDS_AT, now)));
  return row ?? null;
}

/** The condition that a user of that name is signed in from an address. */
export function hasSession(userName: string, address: string, now: number): SQL {
  return sql`EXISTS (SELECT 1
    FROM ${users} INNER JOIN ${sessions} ON ${eq(sessions.userId, users.id)}
    WHERE ${and(eq(users.name, userName), eq(sessions.address, address), gt(ENDS_AT, now))})`;
}

/** A user's sessions that have not expired, newest first, those with an id below `before`. */
export async function listSessions(
  db: Database,
  userId: number,
  before: number,
  limit: number,
  now: number,
): Promise<SessionRecord[]> {
  return await db
    .select(columns)
    .from(sessions)
    .where(and(eq(sessions.userId, userId), lt(sessions.id, before), gt(ENDS_AT, now)))
    .orderBy(desc(sessions.id))
    .limit(limit);
}

/** Records the use of a session, and sets when it began and when it expires. */
export async function extendSession(
  db: Database,
  id: number,
  createdAt: number,
  lastSeenAt: number,
  expiresAt: number,
): Promise<void> {
  await db.update(sessions).set({ createdAt, lastSeenAt, expiresAt }).where(eq(sessions.id, id));
}

/** Records that the user of a session has given the password again. */
export async function confirmSession(db: Database, id: number, now: number): Promise<void> {
  await db.update(sessions).set({ confirmedAt: now }).where(eq(sessions.id, id));
}

/** Ends one of a user's sessions; false if there is none with that id. */
export async function deleteSession(db: Database, userId: number, id: number): Promise<boolean> {
  const rows = await db
    .delete(sessions)
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId)))
    .returning({ id: sessions.id });
  return rows.length > 0;
}

/** Ends all of a user's sessions except `keep`; null: all of them. */
export async function deleteOtherSessions(
  db: Database,
  userId: number,
  keep: number | null,
): Promise<void> {
  const others = keep === null ? undefined : ne(sessions.id, keep);
  await db.delete(sessions).where(and(eq(sessions.userId, userId), others));
}

/** Deletes a slice of the expired sessions. */
export async function expireSessions(db: Database, now: number): Promise<void> {
  const ended = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(lt(sessions.expiresAt, now))
    .limit(SLICE);
  await db.delete(sessions).where(inArray(sessions.id, ended));
}

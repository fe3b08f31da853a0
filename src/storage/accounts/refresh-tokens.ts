import { and, desc, eq, gt, inArray, lt, or, type SQL, sql } from 'drizzle-orm';
import { HOUR_MS } from '../../domain/time.ts';
import { type Database, runBatch } from '../database.ts';
import type { Lookup } from '../lookups.ts';
import { refreshTokens } from '../schema.ts';
import { lifetimeEnd } from '../settings.ts';

/** A docker login: what docker calls an identity token, or a temporary login, which has a secret. */
export interface RefreshTokenRecord {
  readonly id: number;
  readonly userId: number;
  /** The stamp of its user when it was made. */
  readonly stamp: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Accurate to an hour. */
  readonly lastUsedAt: number;
  readonly userAgent: string;
  /** IP address of that use. */
  readonly address: string;
}

/** The most refresh tokens of a user. */
export const MAX_REFRESH_TOKENS = 100;

/** Rows that one clean-up deletes at most. */
const SLICE = 10_000;

const ENDS_AT = sql<number>`min(expires_at, ${lifetimeEnd('tokenLifetimeDays', sql`created_at`)})`;

/** What identifies a token: its id, or the keyed hash of a temporary login's secret. */
export type RefreshTokenKey = { readonly id: number } | { readonly hash: string };

/** Creates a refresh token and answers its id. Of too many the longest unused one ends. */
export async function insertRefreshToken(
  db: Database,
  token: Omit<RefreshTokenRecord, 'id'> & { readonly secretHash: string | null },
): Promise<number> {
  const [made] = await runBatch(db, [
    db.insert(refreshTokens).values(token).returning({ id: refreshTokens.id }),
    sql`DELETE FROM refresh_tokens WHERE id IN (SELECT id FROM refresh_tokens
      WHERE user_id = ${token.userId}
      ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ${MAX_REFRESH_TOKENS})`,
  ]);
  return made?.[0]?.id as number;
}

/** The condition on refresh_tokens for one that has not expired. */
export function isRefreshToken(key: RefreshTokenKey, now: number): SQL {
  const isIt = 'id' in key ? sql`id = ${key.id}` : sql`secret_hash = ${key.hash}`;
  return sql`${isIt} AND ${ENDS_AT} > ${now}`;
}

/** Looks up a token that has not expired. */
export function refreshTokenLookup(
  key: RefreshTokenKey,
  now: number,
): Lookup<Pick<RefreshTokenRecord, 'id' | 'stamp' | 'expiresAt'> | null> {
  return {
    sql: sql`SELECT json_object('id', id, 'stamp', stamp, 'expiresAt', ${ENDS_AT})
      FROM refresh_tokens WHERE ${isRefreshToken(key, now)}`,
    read: (value) => value as Pick<RefreshTokenRecord, 'id' | 'stamp' | 'expiresAt'> | null,
  };
}

/** A user's tokens that are valid with a stamp, newest first, those with an id below `before`. */
export async function listRefreshTokens(
  db: Database,
  { userId, stamp }: Pick<RefreshTokenRecord, 'userId' | 'stamp'>,
  before: number,
  limit: number,
  now: number,
): Promise<Omit<RefreshTokenRecord, 'userId' | 'stamp'>[]> {
  const { id, createdAt, lastUsedAt, userAgent, address } = refreshTokens;
  return await db
    .select({ id, createdAt, expiresAt: ENDS_AT, lastUsedAt, userAgent, address })
    .from(refreshTokens)
    .where(
      and(
        eq(refreshTokens.userId, userId),
        eq(refreshTokens.stamp, stamp),
        lt(id, before),
        gt(ENDS_AT, now),
      ),
    )
    .orderBy(desc(id))
    .limit(limit);
}

/** Ends one of a user's tokens; false if there is none with that id. */
export async function deleteRefreshToken(
  db: Database,
  userId: number,
  id: number,
): Promise<boolean> {
  const rows = await db
    .delete(refreshTokens)
    .where(and(eq(refreshTokens.id, id), eq(refreshTokens.userId, userId)))
    .returning({ id: refreshTokens.id });
  return rows.length > 0;
}

/** Records the use of a token from an address, at most once an hour. */
export async function touchRefreshToken(
  db: Database,
  id: number,
  address: string,
  now: number,
): Promise<void> {
  await db
    .update(refreshTokens)
    .set({ lastUsedAt: now, address })
    .where(
      and(
        eq(refreshTokens.id, id),
        or(lt(refreshTokens.lastUsedAt, now - HOUR_MS), gt(refreshTokens.lastUsedAt, now)),
      ),
    );
}

/** Deletes a slice of the expired tokens. */
export async function expireRefreshTokens(db: Database, now: number): Promise<void> {
  const ended = db
    .select({ id: refreshTokens.id })
    .from(refreshTokens)
    .where(lt(refreshTokens.expiresAt, now))
    .limit(SLICE);
  await db.delete(refreshTokens).where(inArray(refreshTokens.id, ended));
}

import { and, desc, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm';
import type { TokenLimits } from '../../domain/roles.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { type Database, runBatch } from '../database.ts';
import type { Lookup } from '../lookups.ts';
import { accessTokens } from '../schema.ts';
import { lifetimeEnd } from '../settings.ts';

/** A personal access token, without its secret. */
export interface AccessTokenRecord {
  readonly id: number;
  readonly userId: number;
  readonly name: string;
  readonly limits: TokenLimits;
  readonly createdAt: number;
  /** When it expires: at the time that its user chose, or when its longest life is over. */
  readonly expiresAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** A token without a time of its own lives as long as the settings let it. */
const ENDS_AT = sql<number>`min(coalesce(expires_at, ${Number.MAX_SAFE_INTEGER}),
  ${lifetimeEnd('tokenLifetimeDays', sql`created_at`)})`;

/** The most tokens of a user that are not revoked. */
export const MAX_ACCESS_TOKENS = 100;

const columns = {
  id: accessTokens.id,
  userId: accessTokens.userId,
  name: accessTokens.name,
  scope: accessTokens.scope,
  createdAt: accessTokens.createdAt,
  expiresAt: ENDS_AT,
  lastUsedAt: accessTokens.lastUsedAt,
  revokedAt: accessTokens.revokedAt,
};

/** What identifies a token: the keyed hash of its secret, or its id. */
export type AccessTokenKey = { readonly hash: string } | { readonly id: number };

/** The condition on access_tokens for the token of a key. */
export function isAccessToken(key: AccessTokenKey): SQL {
  return 'hash' in key ? sql`token_hash = ${key.hash}` : sql`id = ${key.id}`;
}

/** The condition on access_tokens for one that is neither revoked nor expired. */
export function isInForce(id: number, now: number): SQL {
  return sql`id = ${id} AND revoked_at IS NULL AND ${ENDS_AT} > ${now}`;
}

/** Looks up a token by its key, even if it is expired or revoked. */
export function accessTokenLookup(key: AccessTokenKey): Lookup<AccessTokenRecord | null> {
  return {
    sql: sql`
      SELECT json_object('id', id, 'userId', user_id, 'name', name, 'limits', json(scope),
          'createdAt', created_at, 'expiresAt', ${ENDS_AT}, 'lastUsedAt', last_used_at,
          'revokedAt', revoked_at)
        FROM access_tokens WHERE ${isAccessToken(key)}`,
    read: (value) => value as AccessTokenRecord | null,
  };
}

/** A user's tokens that are not revoked, newest first, those with an id below `before`. */
export async function listAccessTokens(
  db: Database,
  userId: number,
  before: number,
  limit: number,
): Promise<AccessTokenRecord[]> {
  const rows = await db
    .select(columns)
    .from(accessTokens)
    .where(
      and(
        eq(accessTokens.userId, userId),
        lt(accessTokens.id, before),
        isNull(accessTokens.revokedAt),
      ),
    )
    .orderBy(desc(accessTokens.id))
    .limit(limit);
  return rows.map(toRecord);
}

/**
 * Creates a token and answers its id, or why not: the user has another of that name, or as many as
 * a user may have. Expired tokens count, because lists show them.
 */
export async function insertAccessToken(
  db: Database,
  token: Pick<AccessTokenRecord, 'userId' | 'name' | 'limits' | 'createdAt' | 'expiresAt'> & {
    readonly hash: string;
  },
): Promise<number | 'name-taken' | 'too-many'> {
  const { userId, name, limits, hash, createdAt, expiresAt } = token;
  const own = sql`FROM access_tokens WHERE user_id = ${userId} AND revoked_at IS NULL`;
  const [counted, made] = await runBatch(db, [
    sql`SELECT count(*) AS tokens ${own}`,
    sql`INSERT INTO access_tokens (user_id, name, token_hash, scope, created_at, expires_at)
      SELECT ${userId}, ${name}, ${hash}, ${JSON.stringify(limits)}, ${createdAt}, ${expiresAt}
      WHERE NOT EXISTS (SELECT 1 ${own} AND name = ${name})
        AND (SELECT count(*) ${own}) < ${MAX_ACCESS_TOKENS}
      RETURNING id`,
  ]);
  const id = made?.[0]?.id;
  if (id !== undefined) return id as number;
  return Number(counted?.[0]?.tokens) < MAX_ACCESS_TOKENS ? 'name-taken' : 'too-many';
}

/** Revokes a user's token; false if the user has none with that id. */
export async function revokeAccessToken(
  db: Database,
  userId: number,
  id: number,
  now: number,
): Promise<boolean> {
  const rows = await db
    .update(accessTokens)
    .set({ revokedAt: now })
    .where(
      and(eq(accessTokens.id, id), eq(accessTokens.userId, userId), isNull(accessTokens.revokedAt)),
    )
    .returning({ id: accessTokens.id });
  return rows.length > 0;
}

/** Records the use of a token, at most once a minute. */
export async function touchAccessToken(db: Database, id: number, now: number): Promise<void> {
  await db
    .update(accessTokens)
    .set({ lastUsedAt: now })
    .where(
      and(
        eq(accessTokens.id, id),
        or(
          isNull(accessTokens.lastUsedAt),
          lt(accessTokens.lastUsedAt, now - MINUTE_MS),
          gt(accessTokens.lastUsedAt, now),
        ),
      ),
    );
}

function toRecord(row: { scope: string } & Omit<AccessTokenRecord, 'limits'>): AccessTokenRecord {
  const { scope, ...token } = row;
  return { ...token, limits: JSON.parse(scope) as TokenLimits };
}

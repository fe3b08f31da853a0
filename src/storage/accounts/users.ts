import { type SQL, sql } from 'drizzle-orm';
import type { Role } from '../../domain/roles.ts';
import { type Database, readBooleans, runBatch, type StoredRow } from '../database.ts';
import { type Lookup, runLookups } from '../lookups.ts';
import { type AccessTokenKey, isAccessToken } from './access-tokens.ts';
import { isRefreshToken, type RefreshTokenKey } from './refresh-tokens.ts';

/** A user's account, and the user's role in each project. */
export interface UserRecord {
  readonly id: number;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
  readonly mustChangePassword: boolean;
  readonly tokenEpoch: number;
  readonly disabled: boolean;
  readonly roles: ReadonlyMap<number, Role>;
}

/** What identifies a user; a token identifies its owner. */
export type UserKey =
  | { readonly id: number }
  | { readonly name: string }
  | { readonly accessToken: AccessTokenKey }
  /** A refresh token that has not expired now, ms. */
  | { readonly refreshToken: RefreshTokenKey; readonly now: number };

/** A user with all memberships, in one query; null if there is none. */
export async function findUser(db: Database, key: UserKey): Promise<UserRecord | null> {
  return (await runLookups(db, { user: userLookup(key) })).user;
}

/** The condition on users for the one that a key identifies. */
export function isUser(key: UserKey): SQL {
  if ('id' in key) return sql`id = ${key.id}`;
  if ('name' in key) return sql`name = ${key.name}`;
  if ('refreshToken' in key) {
    const token = isRefreshToken(key.refreshToken, key.now);
    return sql`id = (SELECT user_id FROM refresh_tokens WHERE ${token})`;
  }
  return sql`id = (SELECT user_id FROM access_tokens WHERE ${isAccessToken(key.accessToken)})`;
}

/** Looks up what findUser answers. */
export function userLookup(key: UserKey): Lookup<UserRecord | null> {
  return {
    sql: sql`
      SELECT json_object('id', id, 'name', name, 'passwordHash', password_hash,
          'isAdmin', is_admin, 'mustChangePassword', must_change_password,
          'tokenEpoch', token_epoch, 'disabled', disabled_at IS NOT NULL,
          'roles', json((SELECT json_group_array(json_array(project_id, role))
            FROM members WHERE user_id = users.id)))
        FROM users WHERE ${isUser(key)}`,
    read: (value) => (value === null ? null : toUser(value as StoredUser)),
  };
}

type StoredUser = StoredRow<Omit<UserRecord, 'roles'>> & { readonly roles: [number, Role][] };

function toUser({ roles, ...row }: StoredUser): UserRecord {
  const user = readBooleans(row, ['isAdmin', 'mustChangePassword', 'disabled']);
  return { ...user, roles: new Map(roles) };
}

/** A new password, and what ends with the old one. */
export interface PasswordReplacement {
  readonly hash: string;
  readonly keep: number | null;
  readonly revokeTokens: boolean;
  readonly now: number;
}

/**
 * Replaces the password with which `user` was read; false if it was changed since, or the account
 * is disabled. Ends the user's registry and refresh tokens, all sessions except `keep` (null: all) and, with
 * `revokeTokens`, the access tokens.
 */
export async function replacePassword(
  db: Database,
  user: UserRecord,
  { hash, keep, revokeTokens, now }: PasswordReplacement,
): Promise<boolean> {
  const isReplaced = sql`EXISTS (SELECT 1 FROM users
    WHERE id = ${user.id} AND password_hash = ${hash})`;
  const [changed] = await runBatch(db, [
    sql`UPDATE users SET password_hash = ${hash}, must_change_password = 0,
        token_epoch = token_epoch + 1
      WHERE id = ${user.id} AND password_hash IS ${user.passwordHash} AND disabled_at IS NULL
      RETURNING id`,
    sql`DELETE FROM sessions WHERE user_id = ${user.id} AND id IS NOT ${keep} AND ${isReplaced}`,
    sql`DELETE FROM refresh_tokens WHERE user_id = ${user.id} AND ${isReplaced}`,
    sql`UPDATE access_tokens SET revoked_at = ${now} WHERE user_id = ${user.id}
      AND revoked_at IS NULL AND ${Number(revokeTokens)} AND ${isReplaced}`,
  ]);
  return changed?.length === 1;
}

import { and, asc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import { type Database, runBatch } from '../database.ts';
import { users } from '../schema.ts';

/** A user's account as a cloud admin manages it. */
export interface AccountRecord {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly mustChangePassword: boolean;
  /** Since when it is disabled, ms; null: it is not. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
}

const columns = {
  id: users.id,
  name: users.name,
  isAdmin: users.isAdmin,
  // Without a hash, the first admin still has the generated password.
  mustChangePassword:
    sql<boolean>`(${users.mustChangePassword} OR ${users.passwordHash} IS NULL)`.mapWith(Boolean),
  disabledAt: users.disabledAt,
  createdAt: users.createdAt,
};

/** Sorts after every character that a user name may have. */
const LAST = '{';

/** Accounts whose name begins with `prefix`, by name, starting after `after`. */
export async function listAccounts(
  db: Database,
  prefix: string,
  after: string,
  limit: number,
): Promise<AccountRecord[]> {
  const inPrefix = and(sql`${users.name} >= ${prefix}`, lt(users.name, `${prefix}${LAST}`));
  return await db
    .select(columns)
    .from(users)
    .where(and(inPrefix, gt(users.name, after)))
    .orderBy(asc(users.name))
    .limit(limit);
}

/** An account by id; null if there is none. */
export async function findAccount(db: Database, id: number): Promise<AccountRecord | null> {
  const [row] = await db.select(columns).from(users).where(eq(users.id, id));
  return row ?? null;
}

/** Creates an account; null if the name is taken. */
export async function insertAccount(
  db: Database,
  account: {
    readonly name: string;
    readonly passwordHash: string;
    readonly mustChangePassword: boolean;
    readonly isAdmin: boolean;
    readonly createdAt: number;
  },
): Promise<AccountRecord | null> {
  const [row] = await db.insert(users).values(account).onConflictDoNothing().returning(columns);
  return row ?? null;
}

/** A change of an account; fields that are left out stay. */
export interface AccountChange {
  readonly name?: string | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** Whether there is another admin whose account is not disabled. */
const isAdminLeft = (id: number): SQL => sql`EXISTS (SELECT 1 FROM users AS other
  WHERE other.is_admin = 1 AND other.disabled_at IS NULL AND other.id <> ${id})`;

/**
 * Changes an account; false if there is none, another has the name, or the change would disable
 * or demote the last admin that is not disabled. The statement itself decides, so that one remains
 * if two admins demote each other at the same time. Disabling ends all sessions, registry and
 * refresh tokens of the user.
 */
export async function updateAccount(
  db: Database,
  id: number,
  { name, isAdmin, disabled }: AccountChange,
  now: number,
): Promise<boolean> {
  const losing = isAdmin === false || disabled === true;
  const may = losing
    ? sql`(is_admin = 0 OR disabled_at IS NOT NULL OR ${isAdminLeft(id)})`
    : sql`1`;
  const disabledAt = disabled === true ? sql`coalesce(disabled_at, ${now})` : sql`NULL`;
  const [changed] = await runBatch(db, [
    sql`UPDATE OR IGNORE users SET name = coalesce(${name ?? null}, name),
        is_admin = coalesce(${toInteger(isAdmin)}, is_admin),
        disabled_at = ${disabled === undefined ? sql`disabled_at` : disabledAt},
        token_epoch = token_epoch + ${disabled === true ? 1 : 0}
      WHERE id = ${id} AND ${may} RETURNING id`,
    ...['sessions', 'refresh_tokens'].map(
      (table) => sql`DELETE FROM ${sql.identifier(table)} WHERE user_id = ${id}
        AND EXISTS (SELECT 1 FROM users WHERE id = ${id} AND disabled_at IS NOT NULL)`,
    ),
  ]);
  return changed?.length === 1;
}

function toInteger(flag: boolean | undefined): number | null {
  return flag === undefined ? null : Number(flag);
}

/**
 * Sets a generated password, which the user must change, and ends the sessions, and all tokens
 * of the user; false if there is no such account.
 */
export async function resetPassword(
  db: Database,
  id: number,
  hash: string,
  now: number,
): Promise<boolean> {
  const [changed] = await runBatch(db, [
    sql`UPDATE users SET password_hash = ${hash}, must_change_password = 1,
        token_epoch = token_epoch + 1 WHERE id = ${id} RETURNING id`,
    sql`DELETE FROM sessions WHERE user_id = ${id}`,
    sql`DELETE FROM refresh_tokens WHERE user_id = ${id}`,
    sql`UPDATE access_tokens SET revoked_at = ${now} WHERE user_id = ${id} AND revoked_at IS NULL`,
  ]);
  return changed?.length === 1;
}

/**
 * Deletes an account with its sessions and access tokens; false if there is none, it is a member
 * of a project, or it is the last admin that is not disabled.
 */
export async function deleteAccount(db: Database, id: number): Promise<boolean> {
  const rows = await db.all(sql`
    DELETE FROM users WHERE id = ${id}
      AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = ${id})
      AND (is_admin = 0 OR disabled_at IS NOT NULL OR ${isAdminLeft(id)})
      RETURNING id`);
  return rows.length > 0;
}

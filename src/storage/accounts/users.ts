import { and, asc, eq, gt, lt, type SQL, sql } from 'drizzle-orm';
import type { Role } from '../../domain/roles.ts';
import { type Database, readBooleans, runBatch, type StoredRow } from '../database.ts';
import { type Lookup, runLookups } from '../lookups.ts';
import { departments, members, projects, users } from '../schema.ts';
import { type AccessTokenKey, isAccessToken } from './access-tokens.ts';

/** A person's account with the roles it has, by project. */
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

/** What a user is found by; the last is an access token of theirs. */
export type UserKey =
  | { readonly id: number }
  | { readonly name: string }
  | { readonly accessToken: AccessTokenKey };

/** A user and all memberships in one query. */
export async function findUser(db: Database, key: UserKey): Promise<UserRecord | null> {
  return (await runLookups(db, { user: userLookup(key) })).user;
}

function isUser(key: UserKey): SQL {
  if ('id' in key) return sql`id = ${key.id}`;
  if ('name' in key) return sql`name = ${key.name}`;
  return sql`id = (SELECT user_id FROM access_tokens WHERE ${isAccessToken(key.accessToken)})`;
}

/** What findUser answers. */
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

/**
 * Sets a user's password in place of the one `user` was read with; false when it has been
 * changed since, or the account was disabled. Ends what was signed in the user's name, and all
 * sessions but `keep`.
 */
export async function replacePassword(
  db: Database,
  user: UserRecord,
  hash: string,
  keep: number | null,
): Promise<boolean> {
  const [changed] = await runBatch(db, [
    sql`UPDATE users SET password_hash = ${hash}, must_change_password = 0,
        token_epoch = token_epoch + 1
      WHERE id = ${user.id} AND password_hash IS ${user.passwordHash} AND disabled_at IS NULL
      RETURNING id`,
    sql`DELETE FROM sessions WHERE user_id = ${user.id} AND id IS NOT ${keep}
      AND EXISTS (SELECT 1 FROM users WHERE id = ${user.id} AND password_hash = ${hash})`,
  ]);
  return changed?.length === 1;
}

/** A person's account as a cloud admin manages it. */
export interface AccountRecord {
  readonly id: number;
  readonly name: string;
  readonly isAdmin: boolean;
  readonly mustChangePassword: boolean;
  /** Since when it may not be used, ms; null: it may. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
}

const columns = {
  id: users.id,
  name: users.name,
  isAdmin: users.isAdmin,
  // The first admin's password is a generated one until there is a hash.
  mustChangePassword:
    sql<boolean>`(${users.mustChangePassword} OR ${users.passwordHash} IS NULL)`.mapWith(Boolean),
  disabledAt: users.disabledAt,
  createdAt: users.createdAt,
};

/** Behind every character that a user name may have. */
const LAST = '{';

/** Accounts by name, those whose name begins with `prefix` and comes behind `after`. */
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

export async function findAccount(db: Database, id: number): Promise<AccountRecord | null> {
  const [row] = await db.select(columns).from(users).where(eq(users.id, id));
  return row ?? null;
}

/** Makes an account; null when the name is taken. */
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

/** What an admin changes of an account; what is left out stays. */
export interface AccountChange {
  readonly name?: string | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly disabled?: boolean | undefined;
}

/** Another admin, whose account is not disabled, is left without this one. */
const isAdminLeft = (id: number): SQL => sql`EXISTS (SELECT 1 FROM users AS other
  WHERE other.is_admin = 1 AND other.disabled_at IS NULL AND other.id <> ${id})`;

/**
 * Changes an account; false when it is not there, another has the name, or it is the last
 * admin that is not disabled and would be none any more. The statement itself decides, so
 * that two admins who demote each other at once leave one. Disabling ends all sessions and
 * what was signed in the user's name.
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
    sql`DELETE FROM sessions WHERE user_id = ${id}
      AND EXISTS (SELECT 1 FROM users WHERE id = ${id} AND disabled_at IS NOT NULL)`,
  ]);
  return changed?.length === 1;
}

function toInteger(flag: boolean | undefined): number | null {
  return flag === undefined ? null : Number(flag);
}

/**
 * Gives an account a generated password, and ends its sessions, its access tokens, and what
 * was signed in its name; false when it is not there.
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
    sql`UPDATE access_tokens SET revoked_at = ${now} WHERE user_id = ${id} AND revoked_at IS NULL`,
  ]);
  return changed?.length === 1;
}

/**
 * Deletes an account with its sessions and access tokens; false when it is not there, is a
 * member of a project, or is the last admin that is not disabled.
 */
export async function deleteAccount(db: Database, id: number): Promise<boolean> {
  const rows = await db.all(sql`
    DELETE FROM users WHERE id = ${id}
      AND NOT EXISTS (SELECT 1 FROM members WHERE user_id = ${id})
      AND (is_admin = 0 OR disabled_at IS NOT NULL OR ${isAdminLeft(id)})
      RETURNING id`);
  return rows.length > 0;
}

/** A project that somebody is a member of. */
export interface MembershipRecord {
  readonly projectId: number;
  readonly project: string;
  readonly departmentId: number;
  readonly department: string;
  readonly role: Role;
  readonly createdAt: number;
}

/** A user's memberships, by department and project. */
export async function listMemberships(db: Database, userId: number): Promise<MembershipRecord[]> {
  return await db
    .select({
      projectId: projects.id,
      project: projects.name,
      departmentId: departments.id,
      department: departments.name,
      role: members.role,
      createdAt: members.createdAt,
    })
    .from(members)
    .innerJoin(projects, eq(projects.id, members.projectId))
    .innerJoin(departments, eq(departments.id, projects.departmentId))
    .where(eq(members.userId, userId))
    .orderBy(asc(departments.name), asc(projects.name));
}

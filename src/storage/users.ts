import { eq, sql } from 'drizzle-orm';
import type { Role } from '../domain/roles.ts';
import type { Database } from './database.ts';
import { users } from './schema.ts';

/** A person's account with the roles it has, by project. */
export interface UserRecord {
  readonly id: number;
  readonly name: string;
  readonly passwordHash: string | null;
  readonly isAdmin: boolean;
  readonly tokenEpoch: number;
  readonly disabled: boolean;
  readonly roles: ReadonlyMap<number, Role>;
}

/** A user and all memberships in one query, by id or by name. */
export async function findUser(
  db: Database,
  by: { readonly id: number } | { readonly name: string },
): Promise<UserRecord | null> {
  const [row] = await db
    .select({
      id: users.id,
      name: users.name,
      passwordHash: users.passwordHash,
      isAdmin: users.isAdmin,
      tokenEpoch: users.tokenEpoch,
      disabledAt: users.disabledAt,
      roles: sql<string>`(SELECT json_group_array(json_array(project_id, role))
        FROM members WHERE user_id = ${users.id})`,
    })
    .from(users)
    .where('id' in by ? eq(users.id, by.id) : eq(users.name, by.name));
  if (!row) return null;
  const { disabledAt, roles, ...user } = row;
  const entries = JSON.parse(roles) as [number, Role][];
  return { ...user, disabled: disabledAt !== null, roles: new Map(entries) };
}

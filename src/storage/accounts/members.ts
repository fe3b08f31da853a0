import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Role } from '../../domain/roles.ts';
import type { Database } from '../database.ts';
import { members, users } from '../schema.ts';

/** A member of a project. */
export interface MemberRecord {
  readonly userId: number;
  readonly name: string;
  readonly role: Role;
  /** When the user became a member, ms. */
  readonly createdAt: number;
}

const columns = {
  userId: members.userId,
  name: users.name,
  role: members.role,
  createdAt: members.createdAt,
};

/** Members of a project by name, starting after `after`. */
export async function listMembers(
  db: Database,
  projectId: number,
  after: string,
  limit: number,
): Promise<MemberRecord[]> {
  return await db
    .select(columns)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.projectId, projectId), gt(users.name, after)))
    .orderBy(asc(users.name))
    .limit(limit);
}

export async function findMember(
  db: Database,
  projectId: number,
  userId: number,
): Promise<MemberRecord | null> {
  const [row] = await db
    .select(columns)
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.projectId, projectId), eq(members.userId, userId)));
  return row ?? null;
}

/**
 * Makes a user a member; false if the user is one already.
 * @throws refusal foreign_key if the project or the user does not exist (see refusalOf)
 */
export async function insertMember(
  db: Database,
  projectId: number,
  userId: number,
  role: Role,
  now: number,
): Promise<boolean> {
  const rows = await db
    .insert(members)
    .values({ projectId, userId, role, createdAt: now })
    .onConflictDoNothing()
    .returning({ userId: members.userId });
  return rows.length > 0;
}

/** Whether the project has another owner whose account is not disabled. */
function isOwnerLeft(projectId: number, userId: number): SQL {
  return sql`EXISTS (SELECT 1 FROM members AS other JOIN users AS u ON u.id = other.user_id
    WHERE other.project_id = ${projectId} AND other.user_id <> ${userId}
      AND other.role = 'owner' AND u.disabled_at IS NULL)`;
}

/**
 * Changes the role of a member; false if there is no such member, or it is the last owner and
 * `lastOwnerMayGo` is not set. The statement itself decides, so that one remains if two owners
 * demote each other at the same time.
 */
export async function updateMember(
  db: Database,
  projectId: number,
  userId: number,
  role: Role,
  lastOwnerMayGo: boolean,
): Promise<boolean> {
  const may = lastOwnerMayGo || role === 'owner' ? sql`1` : isOwnerLeft(projectId, userId);
  const rows = await db.all(sql`
    UPDATE members SET role = ${role}
      WHERE project_id = ${projectId} AND user_id = ${userId} AND (role <> 'owner' OR ${may})
      RETURNING user_id`);
  return rows.length > 0;
}

/** Ends a membership; false as in updateMember. */
export async function deleteMember(
  db: Database,
  projectId: number,
  userId: number,
  lastOwnerMayGo: boolean,
): Promise<boolean> {
  const may = lastOwnerMayGo ? sql`1` : isOwnerLeft(projectId, userId);
  const rows = await db.all(sql`
    DELETE FROM members
      WHERE project_id = ${projectId} AND user_id = ${userId} AND (role <> 'owner' OR ${may})
      RETURNING user_id`);
  return rows.length > 0;
}

import { asc, eq } from 'drizzle-orm';
import type { Role } from '../../domain/roles.ts';
import type { Database } from '../database.ts';
import { departments, members, projects } from '../schema.ts';

/** A project of which a user is a member. */
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

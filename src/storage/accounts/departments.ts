import { eq, sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import { departments, projects } from '../schema.ts';

/** A department. */
export interface DepartmentRecord {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
}

/** The projects by which a list is limited to what a user may see. */
export type ProjectIds = readonly number[] | 'all';

/** Departments as `d`: all, or those of the projects, read through the projects. */
function departmentsOf(projectIds: ProjectIds) {
  if (projectIds === 'all') return sql`departments AS d`;
  return sql`(SELECT DISTINCT p.department_id AS id FROM json_each(${JSON.stringify(projectIds)}) AS mine
    CROSS JOIN projects AS p ON p.id = mine.value) AS seen
    CROSS JOIN departments AS d ON d.id = seen.id`;
}

/** Departments of the projects by name, starting after `after`. */
export async function listDepartments(
  db: Database,
  projectIds: ProjectIds,
  after: string,
  limit: number,
): Promise<DepartmentRecord[]> {
  return await db.all<DepartmentRecord>(sql`
    SELECT d.id, d.name, d.created_at AS createdAt FROM ${departmentsOf(projectIds)}
      WHERE d.name > ${after} ORDER BY d.name LIMIT ${limit}`);
}

/** A department by id; null if none of the projects is in it. */
export async function findDepartment(
  db: Database,
  projectIds: ProjectIds,
  id: number,
): Promise<DepartmentRecord | null> {
  const [row] = await db.all<DepartmentRecord>(sql`
    SELECT d.id, d.name, d.created_at AS createdAt FROM ${departmentsOf(projectIds)}
      WHERE d.id = ${id}`);
  return row ?? null;
}

/** Creates a department; null if the name is taken. */
export async function insertDepartment(
  db: Database,
  name: string,
  now: number,
): Promise<DepartmentRecord | null> {
  const [row] = await db
    .insert(departments)
    .values({ name, createdAt: now })
    .onConflictDoNothing()
    .returning();
  return row ?? null;
}

/** Renames a department; null if there is none, or another has the name. */
export async function renameDepartment(
  db: Database,
  id: number,
  name: string,
): Promise<DepartmentRecord | null> {
  const [row] = await db.all<DepartmentRecord>(sql`
    UPDATE OR IGNORE departments SET name = ${name} WHERE id = ${id}
      RETURNING id, name, created_at AS createdAt`);
  return row ?? null;
}

/**
 * Deletes a department; false if there is none.
 * @throws refusal foreign_key while projects are in it (see refusalOf)
 */
export async function deleteDepartment(db: Database, id: number): Promise<boolean> {
  const rows = await db
    .delete(departments)
    .where(eq(departments.id, id))
    .returning({ id: departments.id });
  return rows.length > 0;
}

/** Names of the first projects of a department. */
export async function listProjectNames(
  db: Database,
  departmentId: number,
  limit: number,
): Promise<string[]> {
  const rows = await db
    .select({ name: projects.name })
    .from(projects)
    .where(eq(projects.departmentId, departmentId))
    .orderBy(projects.name)
    .limit(limit);
  return rows.map((row) => row.name);
}

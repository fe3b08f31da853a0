import { asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../database.ts';
import type { Lookup } from '../lookups.ts';
import { departments, projects, workspaces } from '../schema.ts';

/** A project, with the department it belongs to. */
export interface ProjectRecord {
  readonly id: number;
  readonly name: string;
  readonly departmentId: number;
  readonly department: string;
  readonly credentialVersion: number;
  readonly createdAt: number;
}

/** A project by id; null if there is none. */
export async function findProject(db: Database, id: number): Promise<ProjectRecord | null> {
  const [row] = await db
    .select({
      id: projects.id,
      name: projects.name,
      departmentId: projects.departmentId,
      department: departments.name,
      credentialVersion: projects.credentialVersion,
      createdAt: projects.createdAt,
    })
    .from(projects)
    .innerJoin(departments, eq(departments.id, projects.departmentId))
    .where(eq(projects.id, id));
  return row ?? null;
}

/** Looks up the version of a project's push credential; null if there is no such project. */
export function credentialVersionLookup(projectId: number): Lookup<number | null> {
  return {
    sql: sql`SELECT credential_version FROM projects WHERE id = ${projectId}`,
    read: (value) => value as number | null,
  };
}

/** Which projects a list shows. */
export interface ProjectFilter {
  /** Only these; 'all': every project of the platform. */
  readonly projectIds: readonly number[] | 'all';
  readonly departmentId: number | null;
}

/** Projects by name and id, starting after `after`. */
export async function listProjects(
  db: Database,
  { projectIds, departmentId }: ProjectFilter,
  after: readonly [name: string, id: number],
  limit: number,
): Promise<ProjectRecord[]> {
  const from =
    projectIds === 'all'
      ? sql`projects AS p`
      : sql`json_each(${JSON.stringify(projectIds)}) AS mine CROSS JOIN projects AS p ON p.id = mine.value`;
  const inDepartment = departmentId === null ? sql`1` : sql`p.department_id = ${departmentId}`;
  return await db.all<ProjectRecord>(sql`
    SELECT p.id, p.name, p.department_id AS departmentId, d.name AS department,
        p.credential_version AS credentialVersion, p.created_at AS createdAt
      FROM ${from} CROSS JOIN departments AS d ON d.id = p.department_id
      WHERE ${inDepartment} AND (p.name, p.id) > (${after[0]}, ${after[1]})
      ORDER BY p.name, p.id LIMIT ${limit}`);
}

/**
 * Creates a project and answers its id; null if the department has one of that name.
 * @throws refusal foreign_key if there is no such department (see refusalOf)
 */
export async function insertProject(
  db: Database,
  departmentId: number,
  name: string,
  now: number,
): Promise<number | null> {
  const [row] = await db
    .insert(projects)
    .values({ departmentId, name, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: projects.id });
  return row?.id ?? null;
}

/** Renames a project; false if there is none, or its department has another of that name. */
export async function renameProject(db: Database, id: number, name: string): Promise<boolean> {
  const rows = await db.all(sql`
    UPDATE OR IGNORE projects SET name = ${name} WHERE id = ${id} RETURNING id`);
  return rows.length > 0;
}

/**
 * Deletes a project with its memberships; false if there is none.
 * @throws refusal foreign_key while it has workspaces, in the trash or not (see refusalOf)
 */
export async function deleteProject(db: Database, id: number): Promise<boolean> {
  const rows = await db.delete(projects).where(eq(projects.id, id)).returning({ id: projects.id });
  return rows.length > 0;
}

/** Names of the first workspaces of a project; those in the trash are marked. */
export async function listWorkspaceNames(
  db: Database,
  projectId: number,
  limit: number,
): Promise<string[]> {
  const inTrash = sql`iif(${workspaces.deletedAt} IS NULL, '', ' (in the trash)')`;
  const rows = await db
    .select({ name: sql<string>`${workspaces.name} || ${inTrash}` })
    .from(workspaces)
    .where(eq(workspaces.projectId, projectId))
    .orderBy(asc(workspaces.name), asc(workspaces.id))
    .limit(limit);
  return rows.map((row) => row.name);
}

/** Ends a project's push credential; answers the version of the next, null if there is no project. */
export async function raiseCredentialVersion(db: Database, id: number): Promise<number | null> {
  const [row] = await db
    .update(projects)
    .set({ credentialVersion: sql`${projects.credentialVersion} + 1` })
    .where(eq(projects.id, id))
    .returning({ version: projects.credentialVersion });
  return row?.version ?? null;
}

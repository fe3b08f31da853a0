import { asc, eq, sql } from 'drizzle-orm';
import type { ProjectRules } from '../../domain/roles.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';
import type { Lookup } from '../lookups.ts';
import { departments, projects, workspaces } from '../schema.ts';

/** A project, with the department it belongs to. */
export interface ProjectRecord extends ProjectRules {
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
      robotDeletes: projects.robotDeletes,
      ownersOnly: projects.ownersOnly,
      createdAt: projects.createdAt,
    })
    .from(projects)
    .innerJoin(departments, eq(departments.id, projects.departmentId))
    .where(eq(projects.id, id));
  return row ?? null;
}

/** What a project's push credential is checked with, and what it may do. */
export interface CredentialRecord {
  readonly version: number;
  /** Whether it may delete versions. */
  readonly mayDelete: boolean;
}

/** Looks up a project's push credential; null if there is no such project. */
export function credentialLookup(projectId: number): Lookup<CredentialRecord | null> {
  return {
    sql: sql`
      SELECT json_object('version', credential_version, 'mayDelete', robot_deletes)
        FROM projects WHERE id = ${projectId}`,
    read(value) {
      const row = value as StoredRow<CredentialRecord> | null;
      return row && readBooleans(row, ['mayDelete']);
    },
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
  const rows = await db.all<StoredRow<ProjectRecord>>(sql`
    SELECT p.id, p.name, p.department_id AS departmentId, d.name AS department,
        p.credential_version AS credentialVersion, p.robot_deletes AS robotDeletes,
        p.owners_only AS ownersOnly, p.created_at AS createdAt
      FROM ${from} CROSS JOIN departments AS d ON d.id = p.department_id
      WHERE ${inDepartment} AND (p.name, p.id) > (${after[0]}, ${after[1]})
      ORDER BY p.name, p.id LIMIT ${limit}`);
  return rows.map((row) => readBooleans(row, ['robotDeletes', 'ownersOnly']));
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

/** A change of a project; fields that are left out stay. */
export type ProjectChange = {
  readonly [K in 'name' | keyof ProjectRules]?: ProjectRecord[K] | undefined;
};

/** Changes a project; false if there is none, or its department has another of that name. */
export async function updateProject(
  db: Database,
  id: number,
  { name, robotDeletes, ownersOnly }: ProjectChange,
): Promise<boolean> {
  const flag = (value: boolean | undefined) => (value === undefined ? null : Number(value));
  const rows = await db.all(sql`
    UPDATE OR IGNORE projects
      SET name = coalesce(${name ?? null}, name),
          robot_deletes = coalesce(${flag(robotDeletes)}, robot_deletes),
          owners_only = coalesce(${flag(ownersOnly)}, owners_only)
      WHERE id = ${id} RETURNING id`);
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

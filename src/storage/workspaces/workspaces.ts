import { and, eq, isNull, sql } from 'drizzle-orm';
import type { ListScope } from '../../domain/lists.ts';
import type { AccessLevel, ProjectRules } from '../../domain/roles.ts';
import { type Database, readBooleans, type StoredRow } from '../database.ts';
import { type Lookup, runLookups } from '../lookups.ts';
import { projects, workspaces } from '../schema.ts';
import { type Visibility, visibleWorkspaces } from './images.ts';

/** The facts of a workspace by which access is decided. */
export interface WorkspaceFacts {
  readonly workspace: string;
  readonly projectId: number;
  readonly access: AccessLevel;
}

/** Workspaces by name, in one query; names that do not exist are left out. */
export async function findWorkspaces(
  db: Database,
  names: readonly string[],
): Promise<Map<string, WorkspaceFacts>> {
  if (names.length === 0) return new Map();
  return (await runLookups(db, { found: workspacesLookup(names) })).found;
}

/** Looks up what findWorkspaces answers. */
function workspacesLookup(names: readonly string[]): Lookup<Map<string, WorkspaceFacts>> {
  return {
    sql: sql`
      SELECT json_group_array(
          json_object('workspace', name, 'projectId', project_id, 'access', access))
        FROM workspaces
        WHERE name IN (SELECT value FROM json_each(${JSON.stringify(names)}))
          AND deleted_at IS NULL`,
    read: (value) => new Map((value as WorkspaceFacts[]).map((row) => [row.workspace, row])),
  };
}

/** A workspace that is not in the trash. */
export interface WorkspaceRecord extends ProjectRules {
  readonly id: number;
  readonly name: string;
  readonly projectId: number;
  readonly project: string;
  readonly access: AccessLevel;
  readonly createdAt: number;
  readonly createdBy: string;
}

/** A workspace by name; null if there is none, or it is in the trash. */
export async function findWorkspace(db: Database, name: string): Promise<WorkspaceRecord | null> {
  const [row] = await db
    .select({
      id: workspaces.id,
      name: workspaces.name,
      projectId: workspaces.projectId,
      project: projects.name,
      access: workspaces.access,
      createdAt: workspaces.createdAt,
      createdBy: workspaces.createdBy,
      robotDeletes: projects.robotDeletes,
      ownersOnly: projects.ownersOnly,
    })
    .from(workspaces)
    .innerJoin(projects, eq(projects.id, workspaces.projectId))
    .where(and(eq(workspaces.name, name), isNull(workspaces.deletedAt)));
  return row ?? null;
}

/** A workspace as its page shows it. */
export interface WorkspaceView extends WorkspaceRecord {
  readonly departmentId: number;
  readonly department: string;
  /** Days for which untagged content is kept; null: for ever. */
  readonly untaggedDays: number | null;
  readonly images: number;
  /** Bytes of its images; what two of them share counts twice. */
  readonly size: number;
  readonly pulls: number;
}

const VIEW = sql`
  SELECT w.id, w.name, w.project_id AS projectId, p.name AS project,
    p.department_id AS departmentId, d.name AS department, w.access,
    w.untagged_days AS untaggedDays, w.image_count AS images, w.size, w.pulls,
    w.created_at AS createdAt, w.created_by AS createdBy, p.robot_deletes AS robotDeletes,
    p.owners_only AS ownersOnly`;

const readView = (row: StoredRow<WorkspaceView>): WorkspaceView =>
  readBooleans(row, ['robotDeletes', 'ownersOnly']);

const OWNERS = sql`
  CROSS JOIN projects AS p ON p.id = w.project_id
  CROSS JOIN departments AS d ON d.id = p.department_id`;

/** Which workspaces a list shows. */
export interface WorkspaceFilter {
  /** Those of my projects, public ones of other projects, or all. */
  readonly scope: ListScope;
  /** My projects. */
  readonly mine: readonly number[];
  readonly visibility: Visibility;
  readonly projectId: number | null;
  /** What the name begins with. */
  readonly prefix: string;
}

/** Workspaces by name, starting after `after`. */
export async function listWorkspaces(
  db: Database,
  filter: WorkspaceFilter,
  after: string,
  limit: number,
): Promise<WorkspaceView[]> {
  const { scope, mine, visibility, projectId, prefix } = filter;
  const ids = JSON.stringify(mine);
  // Through my projects, which are few, instead of through all names.
  const from =
    scope === 'own'
      ? sql`json_each(${ids}) AS m CROSS JOIN workspaces AS w ON w.project_id = m.value`
      : sql`workspaces AS w`;
  // One lower bound instead of two: SQLite uses only one of them to search the index.
  const begin = after < prefix ? sql`w.name >= ${prefix}` : sql`w.name > ${after}`;
  const shared = sql`w.access = 'public' AND w.project_id NOT IN (SELECT value FROM json_each(${ids}))`;
  const rows = await db.all<StoredRow<WorkspaceView>>(sql`
    ${VIEW} FROM ${from} ${OWNERS}
      WHERE w.deleted_at IS NULL AND ${begin} AND w.name < ${`${prefix}\u{10ffff}`}
        AND ${projectId === null ? sql`1` : sql`w.project_id = ${projectId}`}
        AND ${scope === 'shared' ? shared : sql`1`} AND ${visibleWorkspaces(visibility)}
      ORDER BY w.name LIMIT ${limit}`);
  return rows.map(readView);
}

/** A workspace by id, as its page shows it; null if it is in the trash. */
export async function viewWorkspace(db: Database, id: number): Promise<WorkspaceView | null> {
  const [row] = await db.all<StoredRow<WorkspaceView>>(sql`
    ${VIEW} FROM workspaces AS w ${OWNERS} WHERE w.id = ${id} AND w.deleted_at IS NULL`);
  return row ? readView(row) : null;
}

/** A workspace to create. */
export interface NewWorkspace {
  readonly projectId: number;
  readonly name: string;
  readonly access: AccessLevel;
  readonly createdBy: string;
}

/**
 * Creates a workspace and answers its id; null if the name is taken.
 * @throws refusal foreign_key if the project does not exist (see refusalOf)
 */
export async function insertWorkspace(
  db: Database,
  workspace: NewWorkspace,
  now: number,
): Promise<number | null> {
  const [row] = await db
    .insert(workspaces)
    .values({ ...workspace, createdAt: now })
    .onConflictDoNothing()
    .returning({ id: workspaces.id });
  return row?.id ?? null;
}

/** A change of a workspace; fields that are left out stay. */
export interface WorkspaceChange {
  readonly access?: AccessLevel | undefined;
  readonly untaggedDays?: number | null | undefined;
}

/** Changes a workspace that is not in the trash. */
export async function updateWorkspace(
  db: Database,
  id: number,
  { access, untaggedDays }: WorkspaceChange,
): Promise<void> {
  if (access === undefined && untaggedDays === undefined) return;
  await db
    .update(workspaces)
    .set({
      ...(access === undefined ? {} : { access }),
      ...(untaggedDays === undefined ? {} : { untaggedDays }),
    })
    .where(and(eq(workspaces.id, id), isNull(workspaces.deletedAt)));
}

import { eq, type SQL, sql } from 'drizzle-orm';
import { formatRepositoryName, type RepositoryName } from '../../domain/names.ts';
import type { AccessLevel } from '../../domain/roles.ts';
import {
  type Database,
  type RowId,
  readBooleans,
  type Statement,
  type StoredRow,
} from '../database.ts';
import { type Lookup, runLookups } from '../lookups.ts';
import { images } from '../schema.ts';

/** A repository: its workspace, and its image if there is one. */
export interface Repository {
  readonly name: RepositoryName;
  readonly workspace: string;
  readonly workspaceId: number;
  readonly projectId: number;
  readonly access: AccessLevel;
  /** Null until the first push. */
  readonly imageId: number | null;
  /** Whether a manifest has ever been pushed to it. */
  readonly published: boolean;
}

/** A repository's workspace and image in one query; null if the workspace does not exist. */
export async function findRepository(
  db: Database,
  name: RepositoryName,
): Promise<Repository | null> {
  const lookups = { repository: repositoryLookup(name) };
  return (await runLookups(db, lookups, [repositoryTable(name)])).repository;
}

/** The condition that a repository is as it was found: the same workspace, and the same image. */
export function isSameRepository(found: Repository): SQL {
  const { workspace, workspaceId, projectId, access, imageId, name } = found;
  const isSameWorkspace = sql`EXISTS (SELECT 1 FROM workspaces
    WHERE id = ${workspaceId} AND name = ${workspace} AND project_id = ${projectId}
      AND access = ${access} AND deleted_at IS NULL)`;
  // One that was not there is looked up by its name as it is written to.
  if (imageId === null) return isSameWorkspace;
  return sql`${isSameWorkspace} AND EXISTS (SELECT 1 FROM images
    WHERE id = ${imageId} AND workspace_id = ${workspaceId} AND name = ${name.image}
      AND deleted_at IS NULL)`;
}

/** The table `repository`, of one row or none, that lookups of a repository's content need. */
export function repositoryTable({ workspace, image }: RepositoryName): SQL {
  return sql`repository AS MATERIALIZED (
    SELECT w.name AS workspace, w.id AS workspaceId, w.project_id AS projectId, w.access,
        i.id AS imageId, i.published_at IS NOT NULL AS published
      FROM workspaces AS w LEFT JOIN images AS i
        ON i.workspace_id = w.id AND i.name = ${image} AND i.deleted_at IS NULL
      WHERE w.name = ${workspace} AND w.deleted_at IS NULL)`;
}

/** The table `repository` of an image whose id is known: one row, or none if it was deleted. */
export function imageTable(imageId: number): SQL {
  return sql`repository AS MATERIALIZED (
    SELECT id AS imageId FROM images WHERE id = ${imageId} AND deleted_at IS NULL)`;
}

/** Looks up whether the table `repository` has an image. */
export const hasImageLookup: Lookup<boolean> = {
  sql: sql`SELECT EXISTS (SELECT 1 FROM repository WHERE imageId IS NOT NULL)`,
  read: (value) => value === 1,
};

/** The image's id in the table `repository`. */
export const REPOSITORY_IMAGE = sql`(SELECT imageId FROM repository)`;

/** Looks up what findRepository answers; needs repositoryTable. */
export function repositoryLookup(name: RepositoryName): Lookup<Repository | null> {
  return {
    sql: sql`
      SELECT json_object('workspace', workspace, 'workspaceId', workspaceId, 'projectId', projectId,
          'access', access, 'imageId', imageId, 'published', published)
        FROM repository`,
    read(value) {
      const row = value as StoredRow<Omit<Repository, 'name'>> | null;
      return row && { ...readBooleans(row, ['published']), name };
    },
  };
}

/** Looks up repositories by full name, without those whose workspace does not exist. */
export function repositoriesLookup(
  names: readonly RepositoryName[],
): Lookup<ReadonlyMap<string, Repository>> {
  return {
    sql: sql`
      SELECT json_group_array(json_array(r.key, json_object('workspace', w.name, 'workspaceId', w.id,
          'projectId', w.project_id, 'access', w.access, 'imageId', i.id,
          'published', i.published_at IS NOT NULL)))
        FROM json_each(${JSON.stringify(names)}) AS r
          CROSS JOIN workspaces AS w ON w.name = r.value ->> 'workspace' AND w.deleted_at IS NULL
          LEFT JOIN images AS i ON i.workspace_id = w.id AND i.name = r.value ->> 'image'
            AND i.deleted_at IS NULL`,
    read: (value) =>
      new Map(
        (value as [number, StoredRow<Omit<Repository, 'name'>>][]).map(([index, row]) => {
          const name = names[index] as RepositoryName;
          return [formatRepositoryName(name), { ...readBooleans(row, ['published']), name }];
        }),
      ),
  };
}

/** How a write names its image: its id, and the statements that make it where it does not exist. */
export interface ImageToWrite {
  readonly id: RowId;
  readonly make: readonly Statement[];
}

/** An image that exists, as far as is known. */
export function knownImage(id: number): ImageToWrite {
  return { id, make: [] };
}

/**
 * An image that a write makes in its own transaction, unless it exists.
 * @throws the write: refusal workspace_deleted (see refusalOf)
 */
export function imageToMake(workspaceId: number, name: string, now: number): ImageToWrite {
  const id = sql`(SELECT id FROM images
    WHERE workspace_id = ${workspaceId} AND name = ${name} AND deleted_at IS NULL)`;
  // A row that only conflicts is paid for.
  const make = sql`
    INSERT INTO images (workspace_id, project_id, name, created_at, updated_at)
      SELECT ${workspaceId}, (SELECT project_id FROM workspaces WHERE id = ${workspaceId}),
          ${name}, ${now}, ${now}
        WHERE ${id} IS NULL`;
  return { id, make: [make] };
}

/** Whether an image's row exists, in the trash or not. */
export async function hasImage(db: Database, id: number): Promise<boolean> {
  const rows = await db.select({ id: images.id }).from(images).where(eq(images.id, id));
  return rows.length > 0;
}

/** Which images a principal may see. */
export interface Visibility {
  /** Projects whose workspaces are visible at any access level. */
  readonly projectIds: readonly number[] | 'all';
  /** Whether public workspaces are visible too. */
  readonly public: boolean;
  /** Names of the only workspaces that count; null: all. */
  readonly names: readonly string[] | null;
}

/** The condition on workspaces (as `w`) of a visibility. */
export function visibleWorkspaces(visibility: Visibility): SQL {
  const { projectIds, names } = visibility;
  const named =
    names === null
      ? sql`1`
      : sql`w.name IN (SELECT value FROM json_each(${JSON.stringify(names)}))`;
  if (projectIds === 'all') return named;
  return sql`${named} AND (w.project_id IN (SELECT value FROM json_each(${JSON.stringify(projectIds)}))
    OR (w.access = 'public' AND ${visibility.public ? 1 : 0}))`;
}

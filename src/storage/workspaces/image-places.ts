import { type SQL, sql } from 'drizzle-orm';
import type { ImageSort } from '../../domain/lists.ts';
import { type ImageFilter, wantedWorkspaces } from './image-filters.ts';

/** What an index has images of in order: a whole project, or one workspace. */
export type PlaceKind = 'project' | 'workspace';

/** The column of each kind in images, and its index for each order. */
export const PLACES: Readonly<
  Record<
    PlaceKind,
    { readonly column: SQL; readonly indexes: Record<Exclude<ImageSort, 'name'>, SQL> }
  >
> = {
  project: {
    column: sql`project_id`,
    indexes: {
      updated: sql`images_of_project_by_update`,
      size: sql`images_of_project_by_size`,
      pulls: sql`images_of_project_by_pulls`,
    },
  },
  workspace: {
    column: sql`workspace_id`,
    indexes: {
      updated: sql`images_by_update`,
      size: sql`images_by_size`,
      pulls: sql`images_by_pulls`,
    },
  },
};

/** Places of which every image is to be listed: rows of [kind, id], and the possible kinds. */
export interface ImagePlaces {
  readonly sql: SQL;
  readonly kinds: readonly PlaceKind[];
  /** Whether that is one place, as a rule. */
  readonly isOne: boolean;
}

/**
 * The places of a filter: whole projects, which are few, if it wants every image in them, and
 * otherwise workspaces. The index of a project includes workspaces in the trash, so a project
 * with such a workspace is listed by its other workspaces.
 */
export function imagePlaces(filter: ImageFilter): ImagePlaces {
  const { scope, mine, workspace, visibility } = filter;
  const { projectIds, names } = visibility;
  const isNamed = workspace !== null || names !== null;
  if (!isNamed && scope === 'all' && projectIds === 'all') {
    return wholeProjects(sql`SELECT id AS value FROM projects`, false);
  }
  if (!isNamed && scope === 'own') {
    const own = mine.filter((id) => projectIds === 'all' || projectIds.includes(id));
    const ids = sql`SELECT value FROM json_each(${JSON.stringify(own)})`;
    return wholeProjects(ids, own.length <= 1);
  }
  const workspaces = sql`
    SELECT 'workspace' AS kind, w.id FROM workspaces AS w WHERE ${wantedWorkspaces(filter)}`;
  return { sql: workspaces, kinds: ['workspace'], isOne: workspace !== null };
}

/** Read from the index trash_by_project. */
const HAS_TRASHED_WORKSPACE = sql`EXISTS (
  SELECT 1 FROM trash AS t WHERE t.project_id = p.value AND t.kind = 'workspace')`;

function wholeProjects(ids: SQL, isOne: boolean): ImagePlaces {
  const places = sql`
    SELECT 'project' AS kind, p.value AS id FROM (${ids}) AS p WHERE NOT ${HAS_TRASHED_WORKSPACE}
    UNION ALL
    SELECT 'workspace', w.id FROM (${ids}) AS p CROSS JOIN workspaces AS w
        ON w.project_id = p.value AND w.deleted_at IS NULL
      WHERE ${HAS_TRASHED_WORKSPACE}`;
  return { sql: places, kinds: ['project', 'workspace'], isOne };
}

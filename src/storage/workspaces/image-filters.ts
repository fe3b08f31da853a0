import { type SQL, sql } from 'drizzle-orm';
import type { ImageSort, ListScope, SortDirection } from '../../domain/lists.ts';
import type { AccessLevel } from '../../domain/roles.ts';
import { type Visibility, visibleWorkspaces } from './images.ts';

/** An image as lists show it. */
export interface ListedImage {
  readonly id: number;
  readonly name: string;
  readonly workspace: string;
  readonly projectId: number;
  readonly access: AccessLevel;
  /** The beginning of the description. */
  readonly excerpt: string;
  readonly versions: number;
  /** Bytes. */
  readonly size: number;
  readonly pulls: number;
  readonly updatedAt: number;
  /** Whether it contains the text `ImageFilter.mark`; true if there is none. */
  readonly marked: boolean;
}

/** Which images a list shows. */
export interface ImageFilter {
  /** Images of my projects, of other projects' public workspaces, or all that are visible. */
  readonly scope: ListScope;
  /** My projects. */
  readonly mine: readonly number[];
  readonly visibility: Visibility;
  /** Name of the only workspace that counts; null: all. */
  readonly workspace: string | null;
  /** A text to find: images that contain it are marked, the others are listed too. */
  readonly mark?: string;
}

export interface ImageOrder {
  readonly by: ImageSort;
  readonly direction: SortDirection;
}

/** Position in a list of images: [workspace, name], or [value of the sort column, id]. */
export type ImageKey = readonly [string, string] | readonly [number, number];

/** The key of an image in an order. */
export function imageListKey(order: ImageOrder, image: ListedImage): ImageKey {
  if (order.by === 'name') return [image.workspace, image.name];
  const value = { updated: image.updatedAt, size: image.size, pulls: image.pulls }[order.by];
  return [value, image.id];
}

/** Columns by which lists of images are sorted. */
export const COLUMNS = {
  updated: sql`updated_at`,
  size: sql`size`,
  pulls: sql`pulls`,
};

/** The condition on workspaces (as `w`) of a filter. */
export function wantedWorkspaces({ scope, mine, visibility, workspace }: ImageFilter): SQL {
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(mine)}))`;
  const scopes = {
    own: sql`w.project_id IN ${ids}`,
    shared: sql`w.access = 'public' AND w.project_id NOT IN ${ids}`,
    all: sql`1`,
  };
  const named = workspace === null ? sql`1` : sql`w.name = ${workspace}`;
  return sql`w.deleted_at IS NULL AND ${named} AND ${scopes[scope]}
    AND ${visibleWorkspaces(visibility)}`;
}

/** The columns of a ListedImage from images `i` and workspaces `w`. */
export function shown({ mark }: ImageFilter): SQL {
  const marked =
    mark === undefined
      ? sql`1`
      : sql`(instr(lower(w.name || '/' || i.name), lower(${mark})) > 0
          OR instr(lower(i.description), lower(${mark})) > 0)`;
  return sql`i.id, i.name, w.name AS workspace, w.project_id AS projectId, w.access,
    substr(i.description, 1, 200) AS excerpt, i.versions, i.size, i.pulls, i.updated_at AS updatedAt, ${marked} AS marked`;
}

/** The condition for images (as `table`) that lists show: pushed to, and not in the trash. */
export const listed = (table: SQL) =>
  sql`${table}.published_at IS NOT NULL AND ${table}.deleted_at IS NULL`;

const MOST = Number.MAX_SAFE_INTEGER;

/** The SQL of each direction, and numbers before and after those of every image. */
export const DIRECTIONS = {
  asc: {
    order: sql`ASC`,
    isAfter: sql`>`,
    isBefore: sql`<`,
    isNotAfter: sql`<=`,
    first: -1,
    last: MOST,
  },
  desc: {
    order: sql`DESC`,
    isAfter: sql`<`,
    isBefore: sql`>`,
    isNotAfter: sql`>=`,
    first: MOST,
    last: -1,
  },
};

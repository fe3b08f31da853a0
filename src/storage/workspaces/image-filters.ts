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
  /** How the description begins. */
  readonly excerpt: string;
  readonly versions: number;
  /** Bytes. */
  readonly size: number;
  readonly pulls: number;
  readonly updatedAt: number;
  /** Whether it has the text of `ImageFilter.mark`; true where there is none. */
  readonly marked: boolean;
}

/** Which images a list shows. */
export interface ImageFilter {
  /** Images of my projects; of other projects' public workspaces; or all that are visible. */
  readonly scope: ListScope;
  /** My projects. */
  readonly mine: readonly number[];
  readonly visibility: Visibility;
  /** Name of the only workspace that counts; null: all. */
  readonly workspace: string | null;
  /** A text to look for in each image of the list, which shows the others too. */
  readonly mark?: string;
}

export interface ImageOrder {
  readonly by: ImageSort;
  readonly direction: SortDirection;
}

/** Where an image stands in an order: [workspace, name], or [what it is sorted by, id]. */
export type ImageKey = readonly [string, string] | readonly [number, number];

/** The key of an image in an order. */
export function imageListKey(order: ImageOrder, image: ListedImage): ImageKey {
  if (order.by === 'name') return [image.workspace, image.name];
  const value = { updated: image.updatedAt, size: image.size, pulls: image.pulls }[order.by];
  return [value, image.id];
}

/** Columns of images that lists are sorted by. */
export const COLUMNS = {
  updated: sql`updated_at`,
  size: sql`size`,
  pulls: sql`pulls`,
};

/** The condition on workspaces (as `w`) that a filter comes to. */
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

/** The condition on images (as `table`) that lists show at all. */
export const listed = (table: SQL) =>
  sql`${table}.published_at IS NOT NULL AND ${table}.deleted_at IS NULL`;

const MOST = Number.MAX_SAFE_INTEGER;

/** How SQL says either direction, and the numbers no image comes before or behind. */
export const ways = {
  asc: {
    order: sql`ASC`,
    behind: sql`>`,
    before: sql`<`,
    notBehind: sql`<=`,
    first: -1,
    last: MOST,
  },
  desc: {
    order: sql`DESC`,
    behind: sql`<`,
    before: sql`>`,
    notBehind: sql`>=`,
    first: MOST,
    last: -1,
  },
};

/**
 * Which images or workspaces a list shows: those of the caller's projects, those of other
 * projects' public workspaces, or, for cloud admins, all.
 */
export const LIST_SCOPES = ['own', 'shared', 'all'] as const;
export type ListScope = (typeof LIST_SCOPES)[number];

/** Whose trash a list shows: that of the caller's projects or, for cloud admins, all of it. */
export const TRASH_SCOPES = ['own', 'all'] as const;
export type TrashScope = (typeof TRASH_SCOPES)[number];

/** What a list of images is sorted by; by name means by the workspace's name first. */
export const IMAGE_SORTS = ['name', 'updated', 'size', 'pulls'] as const;
export type ImageSort = (typeof IMAGE_SORTS)[number];

/** What a list of versions is sorted by. */
export const VERSION_SORTS = ['name', 'updated'] as const;
export type VersionSort = (typeof VERSION_SORTS)[number];

export const SORT_DIRECTIONS = ['asc', 'desc'] as const;
export type SortDirection = (typeof SORT_DIRECTIONS)[number];

/** The direction if a client names none: names ascending, all else the highest or latest first. */
export function defaultDirection(sort: ImageSort | VersionSort): SortDirection {
  return sort === 'name' ? 'asc' : 'desc';
}

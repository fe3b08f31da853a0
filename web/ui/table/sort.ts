import type { ImageSort, SortDirection, VersionSort } from '../../../src/domain/lists.ts';

/** What the API sorts lists by. */
export type SortKey = ImageSort | VersionSort;

/** What a list is sorted by, and which way. */
export interface Sort<Key extends SortKey = SortKey> {
  readonly by: Key;
  readonly order: SortDirection;
}

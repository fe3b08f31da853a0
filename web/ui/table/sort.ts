import type { ImageSort, SortDirection, VersionSort } from '../../../src/domain/lists.ts';

/** The sort keys of the API's lists. */
export type SortKey = ImageSort | VersionSort;

/** The sort key and the direction of a list. */
export interface Sort<Key extends SortKey = SortKey> {
  readonly by: Key;
  readonly order: SortDirection;
}

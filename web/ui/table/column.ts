import type { ReactNode } from 'react';
import type { SortKey } from './sort.ts';

/** A column: what its head says and what a row shows there. */
export interface Column<Row, Key extends SortKey = SortKey> {
  readonly id: string;
  readonly header: string;
  /** Whether only people who do not see the column are told its header. */
  readonly hidesHeader?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** What the server sorts by for this column; absent: it cannot. */
  readonly sortKey?: Key;
  /** Width in pixels; absent: what is left over. */
  readonly width?: number;
  readonly align?: 'left' | 'right';
  /** The narrowest screen that shows it; absent: every one. */
  readonly from?: 'sm' | 'md' | 'lg';
}

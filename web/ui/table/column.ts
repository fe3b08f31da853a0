import type { ReactNode } from 'react';
import type { SortKey } from './sort.ts';

/** A column: its header, and its cell for a row. */
export interface Column<Row, Key extends SortKey = SortKey> {
  readonly id: string;
  readonly header: string;
  /** Whether the header is for screen readers only. */
  readonly hidesHeader?: boolean;
  readonly cell: (row: Row) => ReactNode;
  /** The sort key of this column; absent: it cannot be sorted by. */
  readonly sortKey?: Key;
  /** Width in pixels; absent: the remaining space. */
  readonly width?: number;
  readonly align?: 'left' | 'right';
  /** The narrowest screen that shows it; absent: every one. */
  readonly from?: 'sm' | 'md' | 'lg';
}

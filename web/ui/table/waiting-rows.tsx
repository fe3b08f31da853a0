import { Skeleton } from '@mantine/core';
import type { Column } from './column.ts';
import type { SortKey } from './sort.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

interface WaitingRowsProps<Row, Key extends SortKey> {
  readonly columns: readonly Column<Row, Key>[];
  readonly hasBoxes: boolean;
}

/** Grey rows of the right height, so that nothing jumps when the first page is there. */
export function WaitingRows<Row, Key extends SortKey>(props: WaitingRowsProps<Row, Key>) {
  const { columns, hasBoxes } = props;
  return ROWS.map((row) => (
    <tr key={row} aria-hidden>
      {hasBoxes && <td />}
      {columns.map(({ id, from }) => (
        <td key={id} data-from={from}>
          <Skeleton height={32} />
        </td>
      ))}
    </tr>
  ));
}

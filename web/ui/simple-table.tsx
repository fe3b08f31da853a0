import { Table } from '@mantine/core';
import classes from './data-table.module.css';
import type { Column } from './table-column.ts';

interface SimpleTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

/** A short table all of which is there: no paging, sorting or choosing. */
export function SimpleTable<Row>({ label, columns, rows, rowId }: SimpleTableProps<Row>) {
  return (
    <Table aria-label={label} className={classes.table ?? ''} verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          {columns.map(({ id, header, width, align, from }) => (
            <Table.Th
              key={id}
              ta={align ?? 'left'}
              data-from={from}
              {...(width === undefined ? {} : { w: width })}
            >
              {header}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={rowId(row)}>
            {columns.map(({ id, align, from, cell }) => (
              <Table.Td key={id} ta={align ?? 'left'} data-from={from}>
                {cell(row)}
              </Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

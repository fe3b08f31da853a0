import type { Column } from './column.ts';
import classes from './data-table.module.css';

interface SimpleTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
}

/** A short table: no paging, sorting or selection. */
export function SimpleTable<Row>({ label, columns, rows, rowId }: SimpleTableProps<Row>) {
  return (
    <table aria-label={label} className={classes.table} data-dense>
      <thead>
        <tr>
          {columns.map(({ id, header, width, align, from }) => (
            <th key={id} data-align={align} data-from={from} style={{ width }}>
              {header}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowId(row)}>
            {columns.map(({ id, align, from, cell }) => (
              <td key={id} data-align={align} data-from={from}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

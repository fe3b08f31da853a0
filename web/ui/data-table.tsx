import { Button, Table } from '@mantine/core';
import {
  type RowData,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  type Updater,
  useTable,
} from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './data-table.module.css';
import type { Sort } from './sort-header.tsx';
import type { Column } from './table-column.ts';
import { TableHead } from './table-head.tsx';
import { TableRow } from './table-row.tsx';
import { useVisibleRows } from './use-visible-rows.ts';
import { WaitingRows } from './waiting-rows.tsx';

const features = tableFeatures({ rowSelectionFeature });
// Always the same ones: new ones every time would have the table draw itself without end.
const NO_ROWS: never[] = [];
const NONE_SELECTED: Selection = {};

/** Rows that were chosen, by id. */
export type Selection = RowSelectionState;

interface DataTableProps<Row extends RowData, Key extends string> {
  /** What the table lists, for people who do not see what stands around it. */
  readonly label: string;
  readonly columns: readonly Column<Row, Key>[];
  /** undefined while the first page is on its way. */
  readonly rows: Row[] | undefined;
  readonly rowId: (row: Row) => string;
  /** What a row's checkbox is called; absent: its id. */
  readonly rowName?: (row: Row) => string;
  /** Stands instead of the table where there is no row. */
  readonly empty: ReactNode;
  readonly sort?: Sort<Key>;
  readonly onSort?: (sort: Sort<Key>) => void;
  readonly selection?: Selection;
  readonly onSelect?: (selection: Selection) => void;
  /** Whether a row can be chosen; absent: every row. */
  readonly canSelect?: (row: Row) => boolean;
  readonly hasMore?: boolean;
  readonly isLoadingMore?: boolean;
  readonly onMore?: () => void;
}

/**
 * A list of things as a table: sorted by the server, read page by page as it is scrolled, and
 * smooth with ten thousand rows, of which only those in view are drawn.
 */
export function DataTable<Row extends RowData, Key extends string = string>(
  props: DataTableProps<Row, Key>,
) {
  const { columns, rows, selection = NONE_SELECTED, onSelect, canSelect, hasMore = false } = props;
  const { t } = useTranslation();
  const table = useTable({
    features,
    columns: columns.map(({ id, header }) => ({ id, header })),
    data: rows ?? NO_ROWS,
    getRowId: props.rowId,
    enableRowSelection: (row) => canSelect?.(row.original) ?? true,
    state: { rowSelection: selection },
    onRowSelectionChange: (change: Updater<Selection>) =>
      onSelect?.(typeof change === 'function' ? change(selection) : change),
  });
  const all = table.getRowModel().rows;
  const view = useVisibleRows(all.length, hasMore && !props.isLoadingMore, props.onMore);
  if (rows && rows.length === 0 && !hasMore) return props.empty;
  return (
    <>
      <Table
        className={classes.table ?? ''}
        aria-label={props.label}
        aria-rowcount={hasMore ? -1 : all.length + 1}
        aria-busy={rows === undefined}
        verticalSpacing="xs"
        highlightOnHover
      >
        <TableHead
          columns={columns}
          sort={props.sort}
          onSort={props.onSort}
          selection={
            onSelect && {
              isAll: all.length > 0 && table.getIsAllRowsSelected(),
              isSome: table.getIsSomeRowsSelected(),
              onChange: (isChosen) => table.toggleAllRowsSelected(isChosen),
            }
          }
        />
        <Table.Tbody ref={view.body}>
          {rows === undefined && <WaitingRows columns={columns} hasBoxes={!!onSelect} />}
          {view.above > 0 && <tr aria-hidden style={{ height: view.above }} />}
          {view.items.map(({ index }) => {
            const row = all[index];
            return (
              row && (
                <TableRow
                  key={row.id}
                  ref={view.measure}
                  index={index}
                  row={row.original}
                  name={props.rowName?.(row.original) ?? row.id}
                  columns={columns}
                  isChosen={row.getIsSelected()}
                  onChoose={onSelect && ((isChosen) => row.toggleSelected(isChosen))}
                  canChoose={row.getCanSelect()}
                />
              )
            );
          })}
          {view.below > 0 && <tr aria-hidden style={{ height: view.below }} />}
        </Table.Tbody>
      </Table>
      {hasMore && props.onMore && (
        <Button
          variant="subtle"
          fullWidth
          mt="xs"
          loading={props.isLoadingMore ?? false}
          onClick={props.onMore}
        >
          {t('common.loadMore')}
        </Button>
      )}
    </>
  );
}

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from './column.ts';
import classes from './data-table.module.css';
import { TableHead } from './head.tsx';
import { TableRow } from './row.tsx';
import { type Selection, select } from './selection.ts';
import type { Sort, SortKey } from './sort.ts';
import { useVisibleRows } from './use-visible-rows.ts';
import { WaitingRows } from './waiting-rows.tsx';

const NONE_SELECTED: Selection = {};

export interface DataTableProps<Row, Key extends SortKey> {
  /** Name of the table, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row, Key>[];
  /** undefined while the first page is loading. */
  readonly rows: Row[] | undefined;
  readonly rowId: (row: Row) => string;
  /** Name of a row for its checkbox; absent: its id. */
  readonly rowName?: (row: Row) => string;
  /** Shown instead of the table if there are no rows. */
  readonly empty: ReactNode;
  readonly sort?: Sort<Key>;
  readonly onSort?: (sort: Sort<Key>) => void;
  readonly selection?: Selection;
  readonly onSelect?: (selection: Selection) => void;
  /** Whether a row can be selected; absent: every row can. */
  readonly canSelect?: (row: Row) => boolean;
  readonly hasMore?: boolean;
  readonly isLoadingMore?: boolean;
  readonly onMore?: () => void;
}

/**
 * A list as a table: sorted by the server, loaded page by page while it is scrolled. Only the rows
 * in view are rendered, so that ten thousand rows scroll smoothly.
 */
export function DataTable<Row, Key extends SortKey = SortKey>(props: DataTableProps<Row, Key>) {
  const { columns, rows, hasMore = false, isLoadingMore = false, onMore } = props;
  const { t } = useTranslation();
  const count = rows?.length ?? 0;
  const view = useVisibleRows(count, hasMore && !isLoadingMore, onMore);
  if (rows?.length === 0 && !hasMore) return props.empty;
  return (
    <>
      <table
        className={classes.table}
        aria-label={props.label}
        aria-rowcount={hasMore ? -1 : count + 1}
        aria-busy={rows === undefined}
        data-lit
      >
        <TableHead
          columns={columns}
          sort={props.sort}
          onSort={props.onSort}
          selection={selectionOfAll(props)}
        />
        <tbody ref={view.body}>
          {rows === undefined && <WaitingRows columns={columns} hasBoxes={!!props.onSelect} />}
          {view.above > 0 && <tr aria-hidden style={{ height: view.above }} />}
          <RowsInView table={props} view={view} />
          {view.below > 0 && <tr aria-hidden style={{ height: view.below }} />}
        </tbody>
      </table>
      {hasMore && onMore && (
        <Button variant="subtle" fullWidth mt="xs" loading={isLoadingMore} onClick={onMore}>
          {t('common.loadMore')}
        </Button>
      )}
    </>
  );
}

/** The state of the checkbox for all rows; undefined if rows cannot be selected. */
function selectionOfAll<Row, Key extends SortKey>(props: DataTableProps<Row, Key>) {
  const { rows = [], rowId, selection = NONE_SELECTED, onSelect, canSelect } = props;
  if (!onSelect) return undefined;
  const choosable = rows.filter((row) => canSelect?.(row) ?? true).map(rowId);
  const chosen = choosable.filter((id) => selection[id]).length;
  return {
    isAll: chosen > 0 && chosen === choosable.length,
    isSome: chosen > 0,
    onChange: (isChosen: boolean) => onSelect(select(selection, choosable, isChosen)),
  };
}

interface RowsInViewProps<Row, Key extends SortKey> {
  readonly table: DataTableProps<Row, Key>;
  readonly view: ReturnType<typeof useVisibleRows>;
}

function RowsInView<Row, Key extends SortKey>({ table, view }: RowsInViewProps<Row, Key>) {
  const { rows = [], rowId, rowName = rowId, selection = NONE_SELECTED, onSelect } = table;
  return view.items.map(({ index }) => {
    const row = rows[index];
    if (row === undefined) return null;
    const id = rowId(row);
    return (
      <TableRow
        key={id}
        ref={view.measure}
        index={index}
        row={row}
        name={rowName(row)}
        columns={table.columns}
        isChosen={selection[id] ?? false}
        onChoose={onSelect && ((isChosen) => onSelect(select(selection, [id], isChosen)))}
        canChoose={table.canSelect?.(row) ?? true}
      />
    );
  });
}

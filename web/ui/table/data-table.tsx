import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from './column.ts';
import classes from './data-table.module.css';
import { TableHead } from './head.tsx';
import { TableRow } from './row.tsx';
import { type Selection, select } from './selection.ts';
import type { Sort } from './sort-header.tsx';
import { useVisibleRows } from './use-visible-rows.ts';
import { WaitingRows } from './waiting-rows.tsx';

const NO_ROWS: never[] = [];
const NONE_SELECTED: Selection = {};

interface DataTableProps<Row, Key extends string> {
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
export function DataTable<Row, Key extends string = string>(props: DataTableProps<Row, Key>) {
  const { columns, selection = NONE_SELECTED, onSelect, hasMore = false } = props;
  const { t } = useTranslation();
  const rows = props.rows ?? NO_ROWS;
  const canSelect = (row: Row) => props.canSelect?.(row) ?? true;
  const choosable = onSelect ? rows.filter(canSelect).map(props.rowId) : [];
  const chosen = choosable.filter((id) => selection[id]).length;
  const view = useVisibleRows(rows.length, hasMore && !props.isLoadingMore, props.onMore);
  if (props.rows?.length === 0 && !hasMore) return props.empty;
  return (
    <>
      <table
        className={classes.table}
        aria-label={props.label}
        aria-rowcount={hasMore ? -1 : rows.length + 1}
        aria-busy={props.rows === undefined}
        data-lit
      >
        <TableHead
          columns={columns}
          sort={props.sort}
          onSort={props.onSort}
          selection={
            onSelect && {
              isAll: chosen > 0 && chosen === choosable.length,
              isSome: chosen > 0,
              onChange: (isChosen) => onSelect(select(selection, choosable, isChosen)),
            }
          }
        />
        <tbody ref={view.body}>
          {props.rows === undefined && <WaitingRows columns={columns} hasBoxes={!!onSelect} />}
          {view.above > 0 && <tr aria-hidden style={{ height: view.above }} />}
          {view.items.map(({ index }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const id = props.rowId(row);
            return (
              <TableRow
                key={id}
                ref={view.measure}
                index={index}
                row={row}
                name={props.rowName?.(row) ?? id}
                columns={columns}
                isChosen={selection[id] ?? false}
                onChoose={onSelect && ((isChosen) => onSelect(select(selection, [id], isChosen)))}
                canChoose={canSelect(row)}
              />
            );
          })}
          {view.below > 0 && <tr aria-hidden style={{ height: view.below }} />}
        </tbody>
      </table>
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

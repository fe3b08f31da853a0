import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useErrorMessage } from '../api/use-error-message.ts';
import { ErrorState } from '../ui/error-state.tsx';
import type { Column } from '../ui/table/column.ts';
import { DataTable } from '../ui/table/data-table.tsx';
import type { Selection } from '../ui/table/selection.ts';

interface PagedTableProps<Row> {
  readonly list: UseInfiniteQueryResult<Row[]>;
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rowId: (row: Row) => string;
  readonly rowName?: (row: Row) => string;
  readonly selection?: Selection;
  readonly onSelect?: (selection: Selection) => void;
  /** Stands instead of the table where there is nothing to list. */
  readonly empty: ReactNode;
}

/** A list of the API as a table, or what went wrong with it. */
export function PagedTable<Row>({ list, ...table }: PagedTableProps<Row>) {
  const message = useErrorMessage();
  if (list.error && !list.data) {
    return <ErrorState message={message(list.error)} onRetry={() => void list.refetch()} />;
  }
  return (
    <DataTable
      {...table}
      rows={list.data}
      hasMore={list.hasNextPage}
      isLoadingMore={list.isFetchingNextPage}
      onMore={() => void list.fetchNextPage()}
    />
  );
}

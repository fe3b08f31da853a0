import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useErrorMessage } from '../api/use-error-message.ts';
import { ErrorState } from '../ui/error-state.tsx';
import { DataTable, type DataTableProps } from '../ui/table/data-table.tsx';
import type { SortKey } from '../ui/table/sort.ts';

interface PagedTableProps<Row, Key extends SortKey>
  extends Omit<DataTableProps<Row, Key>, 'rows' | 'hasMore' | 'isLoadingMore' | 'onMore'> {
  readonly list: UseInfiniteQueryResult<Row[]>;
}

/** A list of the API as a table, or its error. */
export function PagedTable<Row, Key extends SortKey = SortKey>(props: PagedTableProps<Row, Key>) {
  const { list, ...table } = props;
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

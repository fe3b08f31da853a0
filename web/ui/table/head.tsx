import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Column } from './column.ts';
import type { Sort, SortKey } from './sort.ts';
import { SortHeader } from './sort-header.tsx';

interface TableHeadProps<Row, Key extends SortKey> {
  readonly columns: readonly Column<Row, Key>[];
  readonly sort: Sort<Key> | undefined;
  readonly onSort: ((sort: Sort<Key>) => void) | undefined;
  /** undefined if rows cannot be selected. */
  readonly selection:
    | {
        readonly isAll: boolean;
        readonly isSome: boolean;
        readonly onChange: (isChosen: boolean) => void;
      }
    | undefined;
}

/** The header of a table. */
export function TableHead<Row, Key extends SortKey>(props: TableHeadProps<Row, Key>) {
  const { columns, sort, onSort, selection } = props;
  const { t } = useTranslation();
  return (
    <thead>
      <tr>
        {selection && (
          <th style={{ width: 40 }}>
            <Checkbox
              aria-label={t('common.selectAll')}
              checked={selection.isAll}
              indeterminate={selection.isSome && !selection.isAll}
              onChange={(event) => selection.onChange(event.currentTarget.checked)}
            />
          </th>
        )}
        {columns.map(({ id, header, hidesHeader, width, align, from, sortKey }) => (
          <th
            key={id}
            style={{ width }}
            data-align={align}
            data-from={from}
            aria-sort={ariaSort(sortKey, sort)}
          >
            {hidesHeader ? (
              <span className="visually-hidden">{header}</span>
            ) : (
              <SortHeader label={header} sortKey={sortKey} sort={sort} onSort={onSort} />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function ariaSort(key: string | undefined, sort: Sort | undefined) {
  if (!key || !sort) return undefined;
  if (sort.by !== key) return 'none';
  return sort.order === 'asc' ? 'ascending' : 'descending';
}

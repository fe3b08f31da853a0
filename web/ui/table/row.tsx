import { Checkbox } from '@mantine/core';
import type { Ref } from 'react';
import { useTranslation } from 'react-i18next';
import type { Column } from './column.ts';
import type { SortKey } from './sort.ts';

interface TableRowProps<Row, Key extends SortKey> {
  readonly ref: Ref<HTMLTableRowElement>;
  readonly index: number;
  readonly row: Row;
  readonly name: string;
  readonly columns: readonly Column<Row, Key>[];
  readonly isChosen: boolean;
  readonly canChoose: boolean;
  /** undefined if rows cannot be selected. */
  readonly onChoose: ((isChosen: boolean) => void) | undefined;
}

/** A row of a table, with a checkbox to select it. */
export function TableRow<Row, Key extends SortKey>(props: TableRowProps<Row, Key>) {
  const { index, row, name, columns, isChosen, onChoose } = props;
  const { t } = useTranslation();
  return (
    <tr
      ref={props.ref}
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={onChoose && isChosen}
    >
      {onChoose && (
        <td>
          <Checkbox
            aria-label={t('common.selectRow', { name })}
            checked={isChosen}
            disabled={!props.canChoose}
            onChange={(event) => onChoose(event.currentTarget.checked)}
          />
        </td>
      )}
      {columns.map(({ id, align, from, cell }) => (
        <td key={id} data-align={align} data-from={from}>
          {cell(row)}
        </td>
      ))}
    </tr>
  );
}

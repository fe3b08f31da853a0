import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import type { Column } from '../../ui/table/column.ts';
import { SimpleTable } from '../../ui/table/simple-table.tsx';

interface AttachedListProps<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly columns: Column<Row>[];
  /** Whether there are more than these rows. */
  readonly hasMore: boolean;
}

/** A section that lists what is attached to a version; nothing if there is none. */
export function AttachedList<Row>({
  title,
  rows,
  rowId,
  columns,
  hasMore,
}: AttachedListProps<Row>) {
  const { t } = useTranslation();
  const format = useFormat();
  if (rows.length === 0) return null;
  return (
    <Section title={title} aside={format.number(rows.length)}>
      <SimpleTable label={title} rows={rows} rowId={rowId} columns={columns} />
      {hasMore && (
        <Text size="sm" c="dimmed" mt="xs">
          {t('version.moreReferrers')}
        </Text>
      )}
    </Section>
  );
}

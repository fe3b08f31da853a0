import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Integrity } from '../../api/overview.ts';
import { useFormat } from '../../ui/format.ts';
import type { Column } from '../../ui/table/column.ts';
import { DataTable } from '../../ui/table/data-table.tsx';
import { Time } from '../../ui/time.tsx';

type Damage = Integrity['damaged']['items'][number];

/** Lost or damaged content, with the images that are affected. */
export function Damages({ damaged }: Pick<Integrity, 'damaged'>) {
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <>
      <DataTable
        label={t('overview.isDamaged')}
        columns={columns}
        rows={damaged.items}
        rowId={({ digest }) => digest}
        empty={null}
      />
      {damaged.next && <Text size="sm">{t('overview.moreDamaged')}</Text>}
    </>
  );
}

function useColumns(): Column<Damage>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'digest',
      header: t('overview.content'),
      cell: ({ digest, size }) => (
        <>
          <code>{digest}</code>
          <Text size="xs" c="dimmed">
            {format.bytes(size)}
          </Text>
        </>
      ),
      from: 'sm',
    },
    {
      id: 'images',
      header: t('overview.affected'),
      cell: ({ images, imageCount }) =>
        imageCount > images.length ? `${images.join(', ')} …` : images.join(', '),
    },
    {
      id: 'since',
      header: t('overview.foundAt'),
      cell: ({ damagedAt }) => <Time value={damagedAt} />,
      width: 150,
    },
  ];
}

import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/overview.ts';
import { paths } from '../../paths.ts';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table/column.ts';
import { DataTable } from '../../ui/table/data-table.tsx';
import { NothingYet } from './nothing-yet.tsx';

type TopImage = Overview['topImages']['byPulls'][number];

/** The images with the most pulls, or of the largest size. */
export function TopImages({ top }: { readonly top: Overview['topImages'] }) {
  const { t } = useTranslation();
  const [by, setBy] = useState<keyof typeof top>('byPulls');
  const columns = useColumns(by);
  return (
    <Panel title={t('overview.topImages')}>
      <SegmentedControl
        aria-label={t('overview.topImages')}
        value={by}
        onChange={(next) => setBy(next as typeof by)}
        data={[
          { value: 'byPulls', label: t('overview.byPulls') },
          { value: 'bySize', label: t('overview.bySize') },
        ]}
      />
      <DataTable
        label={t('overview.topImages')}
        columns={columns}
        rows={top[by]}
        rowId={({ workspace, name }) => `${workspace}/${name}`}
        empty={<NothingYet />}
      />
    </Panel>
  );
}

/** On a phone only the figure that they are sorted by is shown. */
function useColumns(by: 'byPulls' | 'bySize'): Column<TopImage>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: ({ workspace, name }) => (
        <TextLink {...paths.image(workspace, name)}>{`${workspace}/${name}`}</TextLink>
      ),
    },
    {
      id: 'pulls',
      header: t('workspaces.pulls'),
      cell: ({ pulls }) => format.number(pulls),
      width: 90,
      align: 'right',
      ...(by === 'byPulls' ? {} : { from: 'sm' as const }),
    },
    {
      id: 'size',
      header: t('workspaces.size'),
      cell: ({ size }) => format.bytes(size),
      width: 100,
      align: 'right',
      ...(by === 'bySize' ? {} : { from: 'sm' as const }),
    },
  ];
}

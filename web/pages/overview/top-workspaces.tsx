import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/overview.ts';
import { paths } from '../../paths.ts';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Column } from '../../ui/table/column.ts';
import { DataTable } from '../../ui/table/data-table.tsx';
import { NothingYet } from './nothing-yet.tsx';

type TopWorkspace = Overview['topWorkspaces'][number];

interface TopWorkspacesProps {
  readonly workspaces: TopWorkspace[];
}

/** The largest workspaces. */
export function TopWorkspaces({ workspaces }: TopWorkspacesProps) {
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <Panel title={t('overview.topWorkspaces')}>
      <DataTable
        label={t('overview.topWorkspaces')}
        columns={columns}
        rows={workspaces}
        rowId={({ name }) => name}
        empty={<NothingYet />}
      />
    </Panel>
  );
}

function useColumns(): Column<TopWorkspace>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: ({ name }) => <TextLink {...paths.workspace(name)}>{name}</TextLink>,
    },
    {
      id: 'images',
      header: t('workspaces.images'),
      cell: ({ images }) => format.number(images),
      width: 90,
      align: 'right',
    },
    {
      id: 'size',
      header: t('workspaces.size'),
      cell: ({ size }) => format.bytes(size),
      width: 100,
      align: 'right',
    },
  ];
}

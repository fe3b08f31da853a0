import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { type Workspace, workspaceChoicesQuery } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormat } from '../../ui/format.ts';
import { LinkButton, TextLink } from '../../ui/link.tsx';
import type { Column } from '../../ui/table/column.ts';
import { DataTable } from '../../ui/table/data-table.tsx';

/** The workspaces of a project. */
export function WorkspacesTab({ project }: { readonly project: Project }) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const columns = useColumns();
  const { data, error, refetch } = useQuery(workspaceChoicesQuery(me, project.id));
  if (error) return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  return (
    <DataTable
      label={t('common.workspaces')}
      columns={columns}
      rows={data}
      rowId={({ name }) => name}
      empty={
        <EmptyState title={t('projects.noWorkspaces')} text={t('projects.noWorkspacesText')}>
          <LinkButton {...paths.workspaces()}>{t('common.workspaces')}</LinkButton>
        </EmptyState>
      }
    />
  );
}

function useColumns(): Column<Workspace>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: ({ name }) => (
        <TextLink {...paths.workspace(name)} fw={500}>
          {name}
        </TextLink>
      ),
    },
    {
      id: 'access',
      header: t('workspaces.access'),
      cell: ({ access }) => <AccessBadge access={access} />,
      width: 110,
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
      width: 110,
      align: 'right',
      from: 'sm',
    },
  ];
}

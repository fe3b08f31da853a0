import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type CollectionRun, collectionsQuery } from '../../api/collections.ts';
import { mayWorkIn, useMe } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { CollectionResult } from '../../forms/garbage/collection-result.tsx';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useFormat } from '../../ui/format.ts';
import { PagedTable } from '../paged-table.tsx';
import { type Asked, WorkspaceDialogs } from '../workspaces/dialogs.tsx';
import { useCollectionColumns } from './collection-columns.tsx';

/** The garbage collections of a workspace, and a button to start one. */
export function CollectionsTab({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useInfiniteQuery(collectionsQuery(workspace.name));
  const action = useDialog<Asked>();
  const details = useDialog<CollectionRun>();
  const columns = useCollectionColumns(details.open);
  const run = mayWorkIn(useMe(), workspace.project.id) && (
    <Button onClick={() => action.open({ action: 'collect', workspace })}>
      {t('collections.collect')}
    </Button>
  );
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text maw={640}>{t('collections.text')}</Text>
        {run}
      </Group>
      <PagedTable
        list={list}
        label={t('workspaces.tab.collections')}
        columns={columns}
        rowId={({ id }) => String(id)}
        empty={
          <EmptyState title={t('collections.none')} text={t('collections.noneText')}>
            {run}
          </EmptyState>
        }
      />
      <WorkspaceDialogs action={action} />
      {details.about && (
        <Dialog
          {...details.props}
          title={t('collections.of', { time: format.dateTime(details.about.startedAt) })}
        >
          <CollectionResult run={details.about} />
        </Dialog>
      )}
    </>
  );
}

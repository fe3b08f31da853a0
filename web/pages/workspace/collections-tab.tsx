import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { type Collection, collectionsQuery } from '../../api/collections.ts';
import { mayWorkIn, useMe } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { CollectionResult } from '../../forms/garbage/collection-result.tsx';
import { lazyPart } from '../../lazy-part.ts';
import { Dialog } from '../../ui/dialog/dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { useFormat } from '../../ui/format.ts';
import { PagedTable } from '../paged-table.tsx';
import { useCollectionColumns } from './collection-columns.tsx';

const CollectGarbage = lazyPart(
  async () => (await import('../../forms/garbage/collect-garbage.tsx')).CollectGarbage,
);

/** The collections of a workspace's garbage: what each freed, and a new one. */
export function CollectionsTab({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const format = useFormat();
  const list = useInfiniteQuery(collectionsQuery(workspace.name));
  const collecting = useDialog<string>();
  const details = useDialog<Collection>();
  const columns = useCollectionColumns(details.open);
  const run = mayWorkIn(useMe(), workspace.project.id) && (
    <Button onClick={() => collecting.open(workspace.name)}>{t('collections.collect')}</Button>
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
      {collecting.about !== undefined && (
        <Suspense>
          <CollectGarbage workspace={collecting.about} {...collecting.props} />
        </Suspense>
      )}
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

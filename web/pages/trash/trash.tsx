import { Group } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { managedScope, useMe } from '../../api/session.ts';
import { settingsQuery } from '../../api/settings.ts';
import { type TrashItem, trashQuery } from '../../api/trash.ts';
import { trashName } from '../../forms/trash/trash-name.ts';
import { useRestore } from '../../forms/trash/use-restore.ts';
import { lazyPart } from '../../lazy-part.ts';
import { LazyDialog } from '../../ui/dialog/lazy-dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import type { Selection } from '../../ui/table/selection.ts';
import { PagedTable } from '../paged-table.tsx';
import { ChosenBar } from './chosen-bar.tsx';
import { useTrashColumns } from './columns.tsx';
import { KindFilter } from './kind-filter.tsx';

const RestoreAs = lazyPart(
  async () => (await import('../../forms/trash/restore-as.tsx')).RestoreAs,
);

const DeleteForGood = lazyPart(
  async () => (await import('../../forms/trash/delete-for-good.tsx')).DeleteForGood,
);

const route = getRouteApi('/signed-in/trash');

/** What was deleted: to be restored, or to be deleted permanently before its time. */
export function TrashScreen() {
  const { t } = useTranslation();
  const { kind } = route.useSearch();
  const scope = managedScope(useMe());
  const list = useInfiniteQuery(trashQuery({ scope, kind }));
  const [selection, setSelection] = useState<Selection>({});
  const clear = () => setSelection({});
  const renaming = useDialog<TrashItem>();
  const removing = useDialog<readonly TrashItem[]>();
  const restoration = useRestore(renaming.open);
  const restore = (items: readonly TrashItem[]) => {
    restoration.mutate(items, { onSuccess: clear });
  };
  const chosen = list.data?.filter(({ id }) => selection[id]) ?? [];
  const columns = useTrashColumns({
    onRestore: (item) => restore([item]),
    onDelete: (item) => removing.open([item]),
  });
  return (
    <>
      <TrashHeader />
      <Group justify="space-between" mb="sm" mih={42}>
        <KindFilter kind={kind} />
        <ChosenBar
          count={chosen.length}
          isBusy={restoration.isPending}
          mayDelete={chosen.every(({ purgeable }) => purgeable)}
          onRestore={() => restore(chosen)}
          onDelete={() => removing.open(chosen)}
        />
      </Group>
      <PagedTable
        list={list}
        label={t('common.trash')}
        columns={columns}
        rowId={({ id }) => id}
        rowName={trashName}
        selection={selection}
        onSelect={setSelection}
        empty={<EmptyState title={t('trash.empty')} text={t('trash.emptyText')} />}
      />
      <LazyDialog dialog={renaming}>
        {(item, state) => <RestoreAs item={item} {...state} />}
      </LazyDialog>
      <LazyDialog dialog={removing}>
        {(items, state) => <DeleteForGood items={items} onDone={clear} {...state} />}
      </LazyDialog>
    </>
  );
}

function TrashHeader() {
  const { t } = useTranslation();
  const days = useQuery(settingsQuery).data?.trashDays;
  const text = days === undefined ? undefined : t('trash.text', { count: days });
  return <PageHeader title={t('common.trash')} text={text} />;
}

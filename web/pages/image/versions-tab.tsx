import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Image, ImageName } from '../../api/images.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { versionsQuery } from '../../api/versions.ts';
import { lazyPart } from '../../lazy-part.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import type { Selection } from '../../ui/table/selection.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import { PushDialog } from '../images/dialogs.tsx';
import { useVersionColumns } from './version-columns.tsx';

const DeleteVersions = lazyPart(
  async () => (await import('../../forms/images/delete-versions.tsx')).DeleteVersions,
);

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/');

interface VersionsTabProps {
  readonly name: ImageName;
  readonly image: Image;
}

/** The tags of an image, with what can be done to one or to many of them. */
export function VersionsTab({ name, image }: VersionsTabProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const navigate = useNavigate();
  const { q, sort = q ? 'name' : 'updated', order } = route.useSearch();
  const [selection, setSelection] = useState<Selection>({});
  const deletion = useDialog<readonly string[]>();
  const mayDelete = image.allowed.includes('image:delete');
  const columns = useVersionColumns({
    name,
    isFound: !!q,
    onDelete: mayDelete ? ({ tag }) => deletion.open([tag]) : undefined,
  });
  const query = useInfiniteQuery(versionsQuery(name, { q, sort, order }));
  const chosen = query.data?.filter(({ tag }) => selection[tag]).map(({ tag }) => tag) ?? [];
  if (query.error && !query.data) {
    return <ErrorState message={message(query.error)} onRetry={() => void query.refetch()} />;
  }
  const find = (text: string) =>
    navigate({
      ...paths.image(name.workspace, name.image, { q: text || undefined }),
      replace: true,
    });
  return (
    <>
      <SelectionBar
        count={chosen.length}
        onDelete={() => deletion.open(chosen)}
        onClear={() => setSelection({})}
      >
        {(image.versions > 0 || q) && (
          <SearchField
            label={t('image.findTag')}
            value={q ?? ''}
            onChange={(text) => void find(text)}
          />
        )}
      </SelectionBar>
      <DataTable
        label={t('image.tab.versions')}
        columns={columns}
        rows={query.data}
        rowId={({ tag }) => tag}
        empty={
          q ? (
            <EmptyState title={t('image.noTagsTitle')} text={t('image.noneFoundText')} />
          ) : (
            <NoVersions name={name} mayPush={image.allowed.includes('image:push')} />
          )
        }
        sort={{ by: sort, order: order ?? (sort === 'name' ? 'asc' : 'desc') }}
        onSort={(next) =>
          void navigate(
            paths.image(name.workspace, name.image, { q, sort: next.by, order: next.order }),
          )
        }
        {...(mayDelete && { selection, onSelect: setSelection })}
        hasMore={query.hasNextPage}
        isLoadingMore={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
      {deletion.about && (
        <Suspense>
          <DeleteVersions
            {...deletion.props}
            name={name}
            tags={deletion.about}
            onDone={() => {
              deletion.props.onClose();
              setSelection({});
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function NoVersions({ name, mayPush }: { readonly name: ImageName; readonly mayPush: boolean }) {
  const { t } = useTranslation();
  const push = useDialog<Partial<ImageName>>();
  return (
    <EmptyState title={t('image.noVersionsTitle')} text={t('image.noVersionsText')}>
      {mayPush && <Button onClick={() => push.open(name)}>{t('images.push')}</Button>}
      <PushDialog dialog={push} />
    </EmptyState>
  );
}

import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultDirection } from '../../../src/domain/lists.ts';
import type { Image, ImageName } from '../../api/images.ts';
import { versionsQuery } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import type { Selection } from '../../ui/table/selection.ts';
import { SelectionBar } from '../../ui/table/selection-bar.tsx';
import { PagedTable } from '../paged-table.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';
import { DeleteVersionsDialog } from './dialogs.tsx';
import { TagSearch } from './tag-search.tsx';
import { useVersionColumns } from './version-columns.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/');

interface VersionsTabProps {
  readonly name: ImageName;
  readonly image: Image;
}

/** The tags of an image, with the actions on one or on several. */
export function VersionsTab({ name, image }: VersionsTabProps) {
  const { t } = useTranslation();
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
  const list = useInfiniteQuery(versionsQuery(name, { q, sort, order }));
  const chosen = list.data?.filter(({ tag }) => selection[tag]).map(({ tag }) => tag) ?? [];
  const show = (search: Parameters<typeof paths.image>[2]) =>
    void navigate(paths.image(name.workspace, name.image, search));
  const clear = () => setSelection({});
  const finish = () => {
    deletion.props.onClose();
    clear();
  };
  return (
    <>
      <SelectionBar count={chosen.length} onDelete={() => deletion.open(chosen)} onClear={clear}>
        {(image.versions > 0 || q) && <TagSearch name={name} />}
      </SelectionBar>
      <PagedTable
        list={list}
        label={t('image.tab.versions')}
        columns={columns}
        rowId={({ tag }) => tag}
        empty={<NoVersions name={name} image={image} isFound={!!q} />}
        sort={{ by: sort, order: order ?? defaultDirection(sort) }}
        onSort={(next) => show({ q, sort: next.by, order: next.order })}
        {...(mayDelete && { selection, onSelect: setSelection })}
      />
      <DeleteVersionsDialog dialog={deletion} name={name} onDone={finish} />
    </>
  );
}

function NoVersions({ name, image, isFound }: VersionsTabProps & { readonly isFound: boolean }) {
  const { t } = useTranslation();
  const push = useDialog<PushStart>();
  if (isFound) {
    return <EmptyState title={t('image.noTagsTitle')} text={t('image.noneFoundText')} />;
  }
  return (
    <EmptyState title={t('image.noVersionsTitle')} text={t('image.noVersionsText')}>
      {image.allowed.includes('image:push') && (
        <Button onClick={() => push.open(name)}>{t('images.push')}</Button>
      )}
      <PushDialog dialog={push} />
    </EmptyState>
  );
}

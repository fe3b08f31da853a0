import { Button } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { defaultDirection } from '../../../src/domain/lists.ts';
import { mayWorkIn, useMe } from '../../api/session.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { ImageList } from '../images/list.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace');

/** The images of a workspace. */
export function ImagesTab({ workspace }: { readonly workspace: Workspace }) {
  const { t } = useTranslation();
  const { name } = workspace;
  const navigate = useNavigate();
  const search = route.useSearch();
  const { q = '', sort = 'name', order } = search;
  const show = (change: Parameters<typeof paths.workspace>[1], replace = false) =>
    navigate({ ...paths.workspace(name, { ...search, ...change }), replace });
  // Letters typed one after another make one entry of the browser's history.
  const find = (text: string) => void show({ q: text || undefined }, q !== '' && text !== '');
  return (
    <ImageList
      label={t('workspaces.tab.images')}
      filter={{ workspace: name, q, sort, order }}
      sort={{ by: sort, order: order ?? defaultDirection(sort) }}
      onSort={(next) => void show({ sort: next.by, order: next.order })}
      empty={<NoImages workspace={workspace} q={q} onShowAll={() => find('')} />}
    >
      <SearchField label={t('images.search')} value={q} onChange={find} />
    </ImageList>
  );
}

interface NoImagesProps {
  readonly workspace: Workspace;
  readonly q: string;
  readonly onShowAll: () => void;
}

function NoImages({ workspace, q, onShowAll }: NoImagesProps) {
  const { t } = useTranslation();
  const mayPush = mayWorkIn(useMe(), workspace.project.id);
  const push = useDialog<PushStart>();
  if (q !== '') {
    return (
      <EmptyState title={t('images.emptySearchTitle', { q })} text={t('images.emptySearchText')}>
        <Button variant="default" onClick={onShowAll}>
          {t('images.showAll')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={t('workspaces.noImages')}
      text={t(mayPush ? 'workspaces.noImagesText' : 'workspaces.noImagesYet')}
    >
      {mayPush && (
        <Button onClick={() => push.open({ workspace: workspace.name })}>{t('images.push')}</Button>
      )}
      <PushDialog dialog={push} />
    </EmptyState>
  );
}

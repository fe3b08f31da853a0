import { Button, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mayWorkSomewhere, useMe, usualScope } from '../../api/session.ts';
import { type Workspace, workspacesQuery } from '../../api/workspaces.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { notify } from '../../ui/notices.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { PagedTable } from '../paged-table.tsx';
import { useWorkspaceColumns } from './columns.tsx';
import { type Asked, CreateWorkspaceDialog, WorkspaceDialogs } from './dialogs.tsx';
import { NoWorkspaces } from './no-workspaces.tsx';
import { ScopeTabs } from './scope-tabs.tsx';

const route = getRouteApi('/signed-in/workspaces');

/** The workspaces that a user may see, with the actions on each. */
export function WorkspacesScreen() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = route.useSearch();
  const scope = search.scope ?? usualScope(me);
  const q = search.q ?? '';
  const find = (text: string) => {
    // Letters typed one after another make one entry of the browser's history.
    const replace = q !== '' && text !== '';
    void navigate({ ...paths.workspaces({ ...search, q: text || undefined }), replace });
  };
  const list = useInfiniteQuery(workspacesQuery({ scope, q }));
  const creation = useDialog<true>();
  const create = mayWorkSomewhere(me) ? () => creation.open(true) : undefined;
  const action = useDialog<Asked>();
  const columns = useWorkspaceColumns(me, action.open);
  const enter = ({ name }: Workspace) => {
    notify(t('workspaces.created', { name }));
    void navigate(paths.workspace(name));
  };
  return (
    <>
      <PageHeader title={t('common.workspaces')} text={t('workspaces.text')}>
        {create && <Button onClick={create}>{t('workspaces.create')}</Button>}
      </PageHeader>
      <ScopeTabs scope={scope} isAdmin={me.isAdmin}>
        <Group mb="sm">
          <SearchField label={t('workspaces.search')} value={q} onChange={find} />
        </Group>
        <PagedTable
          list={list}
          label={t('common.workspaces')}
          columns={columns}
          rowId={({ name }) => name}
          empty={<NoWorkspaces scope={scope} q={q} onCreate={create} />}
        />
      </ScopeTabs>
      <WorkspaceDialogs action={action} />
      <CreateWorkspaceDialog dialog={creation} onCreated={enter} />
    </>
  );
}

import { Button, Tabs } from '@mantine/core';
import { IconFileUpload, IconTerminal2 } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { defaultDirection, LIST_SCOPES, type ListScope } from '../../../src/domain/lists.ts';
import { mayWorkSomewhere, useMe, usualScope } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { PushDialog, type PushStart } from '../push-dialog.tsx';
import { ImageUploadDialog } from './dialogs.tsx';
import { EmptyImages, type PushActions } from './empty.tsx';
import { ImageList } from './list.tsx';

const route = getRouteApi('/signed-in/images');

/** The images that a user may see: own, shared, and for admins all. */
export function ImagesScreen() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { scope = usualScope(me) } = search;
  const push = useDialog<PushStart>();
  const upload = useDialog<object>();
  const mayWork = mayWorkSomewhere(me);
  const actions = {
    onPush: mayWork ? () => push.open({}) : undefined,
    onUpload: mayWork ? () => upload.open({}) : undefined,
  };
  const choose = (tab: string | null) => {
    const next = LIST_SCOPES.find((one) => one === tab);
    if (next) void navigate(paths.images({ ...search, scope: next }));
  };
  return (
    <>
      <PageHeader title={t('common.images')}>
        <Actions {...actions} />
      </PageHeader>
      <Tabs value={scope} onChange={choose} keepMounted={false}>
        <Tabs.List aria-label={t('images.tabs')}>
          {LIST_SCOPES.filter((one) => one !== 'all' || me.isAdmin).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`images.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={scope}>
          <ScopeList key={scope} scope={scope} {...actions} />
        </Tabs.Panel>
      </Tabs>
      <PushDialog dialog={push} />
      <ImageUploadDialog dialog={upload} />
    </>
  );
}

function Actions({ onPush, onUpload }: PushActions) {
  const { t } = useTranslation();
  return (
    <>
      {onUpload && (
        <Button
          variant="default"
          onClick={onUpload}
          leftSection={<IconFileUpload size={18} aria-hidden />}
        >
          {t('images.upload')}
        </Button>
      )}
      {onPush && (
        <Button onClick={onPush} leftSection={<IconTerminal2 size={18} aria-hidden />}>
          {t('images.push')}
        </Button>
      )}
    </>
  );
}

/** The images of a scope, filtered and sorted as the address says. */
function ScopeList({ scope, ...actions }: PushActions & { readonly scope: ListScope }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { q = '', sort = 'name', order } = search;
  const find = (text: string) =>
    // Letters typed one after another make one entry of the browser's history.
    navigate({ ...paths.images({ ...search, q: text || undefined }), replace: q !== '' && !!text });
  return (
    <ImageList
      label={t(`images.${scope}`)}
      filter={{ scope, q, sort, order }}
      sort={{ by: sort, order: order ?? defaultDirection(sort) }}
      onSort={(next) =>
        void navigate(paths.images({ ...search, sort: next.by, order: next.order }))
      }
      empty={<EmptyImages scope={scope} q={q} {...actions} onShowAll={() => void find('')} />}
    >
      <SearchField label={t('images.search')} value={q} onChange={(text) => void find(text)} />
    </ImageList>
  );
}

import { Button, Tabs } from '@mantine/core';
import { IconFileUpload, IconTerminal2 } from '@tabler/icons-react';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { mayWorkSomewhere, useMe, usualScope } from '../../api/session.ts';
import { paths } from '../../paths.ts';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { PageHeader } from '../../ui/page-header.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { PushDialog, UploadDialog } from './dialogs.tsx';
import { EmptyImages } from './empty.tsx';
import { ImageList } from './list.tsx';

const route = getRouteApi('/signed-in/images');

const SCOPES = ['own', 'shared', 'all'] as const;

/** Every image that somebody may see: their own, others' shared ones, and for admins all. */
export function Images() {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { scope = usualScope(me), q = '', sort = 'name', order } = search;
  const push = useDialog<object>();
  const upload = useDialog<object>();
  const mayWork = mayWorkSomewhere(me);
  const onPush = mayWork ? () => push.open({}) : undefined;
  const onUpload = mayWork ? () => upload.open({}) : undefined;
  const find = (text: string) =>
    // Letters typed one after another are one step back.
    navigate({ ...paths.images({ ...search, q: text || undefined }), replace: q !== '' && !!text });
  return (
    <>
      <PageHeader title={t('common.images')}>
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
      </PageHeader>
      <Tabs
        value={scope}
        onChange={(tab) => {
          const next = SCOPES.find((one) => one === tab);
          if (next) void navigate(paths.images({ ...search, scope: next }));
        }}
        keepMounted={false}
      >
        <Tabs.List aria-label={t('images.tabs')}>
          {SCOPES.filter((one) => one !== 'all' || me.isAdmin).map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`images.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={scope}>
          <ImageList
            key={scope}
            label={t(`images.${scope}`)}
            filter={{ scope, q, sort, order }}
            sort={{ by: sort, order: order ?? (sort === 'name' ? 'asc' : 'desc') }}
            onSort={(next) =>
              void navigate(paths.images({ ...search, sort: next.by, order: next.order }))
            }
            empty={
              <EmptyImages
                scope={scope}
                q={q}
                onPush={onPush}
                onUpload={onUpload}
                onShowAll={() => void find('')}
              />
            }
          >
            <SearchField
              label={t('images.search')}
              value={q}
              onChange={(text) => void find(text)}
            />
          </ImageList>
        </Tabs.Panel>
      </Tabs>
      <PushDialog dialog={push} />
      <UploadDialog dialog={upload} />
    </>
  );
}

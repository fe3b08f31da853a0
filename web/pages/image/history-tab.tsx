import { Badge, Box } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type PastTag, pastTagsQuery } from '../../api/history.ts';
import type { Image, ImageName } from '../../api/images.ts';
import { paths } from '../../paths.ts';
import { shortDigest } from '../../ui/digest.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { TextLink } from '../../ui/link.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { PagedTable } from '../paged-table.tsx';
import { TagHistory } from './tag-history.tsx';
import { TagSearch } from './tag-search.tsx';

const route = getRouteApi('/signed-in/workspaces/$workspace/images/$image/');

interface HistoryTabProps {
  readonly name: ImageName;
  readonly image: Image;
}

/** The history of an image's tags, deleted ones included: all tags, or one. */
export function HistoryTab({ name, image }: HistoryTabProps) {
  const { tag } = route.useSearch();
  if (tag !== undefined) {
    return <TagHistory name={name} tag={tag} mayRestore={image.allowed.includes('image:push')} />;
  }
  return <PastTags name={name} />;
}

function PastTags({ name }: { readonly name: ImageName }) {
  const { t } = useTranslation();
  const { q = '' } = route.useSearch();
  const columns = usePastTagColumns(name);
  const list = useInfiniteQuery(pastTagsQuery(name, q));
  return (
    <>
      <Box my="sm">
        <TagSearch name={name} tab="history" />
      </Box>
      <PagedTable
        list={list}
        label={t('image.tab.history')}
        columns={columns}
        rowId={({ tag }) => tag}
        empty={<EmptyState title={t('image.noTagsTitle')} text={t('image.noTagsText')} />}
      />
    </>
  );
}

function usePastTagColumns({ workspace, image }: ImageName): Column<PastTag>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'tag',
      header: t('image.version'),
      cell: ({ tag }) => (
        <TextLink {...paths.image(workspace, image, { tab: 'history', tag })} fw={600} size="sm">
          {tag}
        </TextLink>
      ),
    },
    {
      id: 'now',
      header: t('image.pointsAt'),
      cell: ({ digest }) =>
        digest === null ? (
          <Badge variant="light" color="gray" tt="none">
            {t('image.deleted')}
          </Badge>
        ) : (
          <TextLink {...paths.manifest(workspace, image, digest)} size="sm" className="mono">
            {shortDigest(digest)}
          </TextLink>
        ),
    },
    {
      id: 'changed',
      header: t('image.lastChange'),
      width: 160,
      from: 'sm',
      cell: ({ changedAt }) => <Time value={changedAt} />,
    },
    {
      id: 'by',
      header: t('image.changedBy'),
      width: 180,
      from: 'md',
      cell: ({ changedBy }) => changedBy,
    },
  ];
}

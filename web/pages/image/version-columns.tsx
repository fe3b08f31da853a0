import { Group, Text } from '@mantine/core';
import { IconDownload, IconHistory, IconTrash } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { VersionSort } from '../../../src/domain/lists.ts';
import { archiveUrl } from '../../api/archives.ts';
import type { ImageName } from '../../api/images.ts';
import type { ListedVersion } from '../../api/versions.ts';
import { paths } from '../../paths.ts';
import { shortDigest } from '../../ui/digest.tsx';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { type MenuEntry, RowMenu } from '../../ui/menu/entry-menu.tsx';
import { Platforms } from '../../ui/platforms.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { usePull } from './pull.ts';
import { PullMenu } from './pull-menu.tsx';

interface ColumnOptions {
  readonly name: ImageName;
  /** Whether the list is a search's result, which is sorted by name only. */
  readonly isFound: boolean;
  /** Undefined for users who may not delete. */
  readonly onDelete: ((version: ListedVersion) => void) | undefined;
}

/** The columns of the list of an image's versions. */
export function useVersionColumns({ name, isFound, onDelete }: ColumnOptions) {
  const { t } = useTranslation();
  const format = useFormat();
  const pullOf = usePull(name);
  const columns: Column<ListedVersion, VersionSort>[] = [
    {
      id: 'tag',
      header: t('image.version'),
      sortKey: 'name',
      cell: ({ tag, digest, size }) => (
        <>
          <TextLink {...paths.version(name.workspace, name.image, tag)} fw={600} size="sm">
            {tag}
          </TextLink>
          <Text size="xs" c="dimmed" className="mono" title={digest}>
            {shortDigest(digest)}
          </Text>
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            {format.bytes(size)}
          </Text>
        </>
      ),
    },
    {
      id: 'platforms',
      header: t('image.platforms'),
      from: 'md',
      // An artifact has no platform: it is named as what it is.
      cell: ({ kind, platforms }) =>
        kind === 'image' || kind === 'index' ? (
          <Platforms names={platforms} />
        ) : (
          t(`version.kinds.${kind}`)
        ),
    },
    {
      id: 'size',
      header: t('images.size'),
      align: 'right',
      width: 110,
      from: 'sm',
      cell: ({ size }) => format.bytes(size),
    },
    {
      id: 'pushed',
      header: t('image.pushed'),
      ...(!isFound && { sortKey: 'updated' as const }),
      width: 150,
      from: 'sm',
      cell: ({ pushedAt, pushedBy }) => (
        <>
          <Time value={pushedAt} />
          {pushedBy !== null && (
            <Text size="xs" c="dimmed" truncate maw={140} title={pushedBy}>
              {pushedBy}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'used',
      header: t('image.lastUsed'),
      width: 150,
      from: 'lg',
      cell: ({ lastPulledAt, lastUsedAt }) => (
        <>
          {lastUsedAt === null ? t('common.never') : <Time value={lastUsedAt} />}
          {lastUsedAt !== null && (
            <Text size="xs" c="dimmed">
              {t(lastPulledAt === null ? 'image.neverPulled' : 'image.pulledAt')}{' '}
              {lastPulledAt !== null && <Time value={lastPulledAt} />}
            </Text>
          )}
        </>
      ),
    },
    {
      id: 'pulls',
      header: t('image.pulls'),
      align: 'right',
      width: 90,
      from: 'md',
      cell: ({ pulls }) => format.number(pulls),
    },
    {
      id: 'actions',
      header: t('common.more'),
      hidesHeader: true,
      width: 90,
      align: 'right',
      cell: (version) => (
        <Group gap={2} wrap="nowrap" justify="flex-end">
          <PullMenu pull={pullOf(version.tag)} />
          <VersionMenu name={name} version={version} onDelete={onDelete} />
        </Group>
      ),
    },
  ];
  return columns;
}

interface VersionMenuProps extends Omit<ColumnOptions, 'isFound'> {
  readonly version: ListedVersion;
}

function VersionMenu({ name, version, onDelete }: VersionMenuProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { tag } = version;
  const history = () => navigate(paths.image(name.workspace, name.image, { tab: 'history', tag }));
  const entries: MenuEntry[] = [
    { label: t('image.tab.history'), icon: IconHistory, onChoose: () => void history() },
    ...(['docker', 'oci'] as const).map((format) => ({
      label: t(`image.download.${format}`),
      icon: IconDownload,
      download: archiveUrl(name, tag, format),
    })),
  ];
  if (onDelete) {
    entries.push({
      label: t('common.delete'),
      icon: IconTrash,
      onChoose: () => onDelete(version),
      isDestructive: true,
    });
  }
  return <RowMenu name={tag} entries={entries} />;
}

import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImageSort } from '../../../src/domain/lists.ts';
import type { ListedImage } from '../../api/images.ts';
import { paths } from '../../paths.ts';
import { AccessBadge } from '../../ui/access-badge.tsx';
import { EscapedText } from '../../ui/foreign-text.tsx';
import { useFormat } from '../../ui/format.ts';
import { TextLink } from '../../ui/link.tsx';
import { oneLine } from '../../ui/markdown/one-line.ts';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';
import { ImageMenu } from './menu.tsx';

interface ColumnOptions {
  /** Whether the list is of one workspace, so that its columns are left out. */
  readonly isOneWorkspace: boolean;
  readonly onEdit: (image: ListedImage) => void;
  readonly onDelete: (image: ListedImage) => void;
}

const OF_WORKSPACE = ['workspace', 'access'];

/** The columns of a list of images. */
export function useImageColumns({ isOneWorkspace, onEdit, onDelete }: ColumnOptions) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: Column<ListedImage, ImageSort>[] = [
    { id: 'name', header: t('images.name'), sortKey: 'name', cell: (row) => <Name image={row} /> },
    {
      id: 'workspace',
      header: t('images.workspace'),
      from: 'sm',
      cell: (row) => <Workspace image={row} />,
    },
    {
      id: 'access',
      header: t('images.access'),
      from: 'md',
      cell: ({ access }) => <AccessBadge access={access} />,
    },
    {
      id: 'versions',
      header: t('images.versions'),
      align: 'right',
      from: 'md',
      cell: ({ versions }) => format.number(versions),
    },
    {
      id: 'size',
      header: t('images.size'),
      sortKey: 'size',
      align: 'right',
      from: 'sm',
      cell: ({ size }) => (
        <Text size="sm" style={{ whiteSpace: 'nowrap' }}>
          {format.bytes(size)}
        </Text>
      ),
    },
    {
      id: 'pulls',
      header: t('images.pulls'),
      sortKey: 'pulls',
      align: 'right',
      from: 'sm',
      cell: ({ pulls }) => format.number(pulls),
    },
    {
      id: 'updated',
      header: t('images.updated'),
      sortKey: 'updated',
      from: 'md',
      cell: ({ updatedAt }) => <Time value={updatedAt} />,
    },
    {
      id: 'menu',
      header: t('common.more'),
      hidesHeader: true,
      width: 44,
      align: 'right',
      cell: (row) => (
        <ImageMenu image={row} onEdit={() => onEdit(row)} onDelete={() => onDelete(row)} />
      ),
    },
  ];
  return isOneWorkspace ? columns.filter(({ id }) => !OF_WORKSPACE.includes(id)) : columns;
}

function Name({ image }: { readonly image: ListedImage }) {
  const { name, workspace, excerpt, size } = image;
  const format = useFormat();
  return (
    <Stack gap={0}>
      <TextLink {...paths.image(workspace, name)} fw={600} size="sm">
        {name}
      </TextLink>
      <Text size="xs" c="dimmed" hiddenFrom="sm">
        {workspace} · {format.bytes(size)}
      </Text>
      <Text size="xs" c="dimmed" lineClamp={1} maw={480}>
        <EscapedText text={oneLine(excerpt)} />
      </Text>
    </Stack>
  );
}

function Workspace({ image }: { readonly image: ListedImage }) {
  const { workspace, allowed } = image;
  const text = (
    <Text size="sm" component="span" truncate display="block" maw={180} title={workspace}>
      {workspace}
    </Text>
  );
  if (!allowed.includes('workspace:view')) return text;
  return (
    <TextLink {...paths.workspace(workspace)} c="inherit">
      {text}
    </TextLink>
  );
}

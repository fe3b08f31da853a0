import { Group, Text } from '@mantine/core';
import { IconBox, IconFolder, IconRestore, IconTag, IconTrashX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { TrashItem } from '../../api/trash.ts';
import { trashName } from '../../forms/trash/trash-name.ts';
import { useFormat } from '../../ui/format.ts';
import { type MenuEntry, RowMenu } from '../../ui/menu/entry-menu.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';

interface TrashActions {
  readonly onRestore: (item: TrashItem) => void;
  readonly onDelete: (item: TrashItem) => void;
}

const ICONS = { workspace: IconFolder, image: IconBox, version: IconTag };

/** The columns of the list of the trash. */
export function useTrashColumns(actions: TrashActions): Column<TrashItem>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    { id: 'name', header: t('trash.name'), cell: (item) => <Name item={item} /> },
    {
      id: 'size',
      header: t('workspaces.size'),
      cell: ({ size }) => format.bytes(size),
      width: 100,
      align: 'right',
      from: 'sm',
    },
    {
      id: 'deleted',
      header: t('trash.deletedAt'),
      cell: ({ deletedAt, deletedBy }) => (
        <>
          <Time value={deletedAt} />
          <Text size="xs" c="dimmed">
            {deletedBy}
          </Text>
        </>
      ),
      width: 160,
      from: 'md',
    },
    {
      id: 'expires',
      header: t('trash.goneForGood'),
      cell: (item) => <Expiry item={item} />,
      width: 150,
      from: 'sm',
    },
    {
      id: 'actions',
      header: t('common.more'),
      hidesHeader: true,
      cell: (item) => <ItemMenu item={item} {...actions} />,
      width: 60,
      align: 'right',
    },
  ];
}

function Name({ item }: { readonly item: TrashItem }) {
  const { t } = useTranslation();
  const { kind, images, versions } = item;
  const Icon = ICONS[kind];
  return (
    <Group wrap="nowrap" gap="sm">
      <Icon size={18} aria-hidden style={{ flexShrink: 0 }} />
      <div>
        <Text fw={500} size="sm" style={{ overflowWrap: 'anywhere' }}>
          {trashName(item)}
        </Text>
        <Text size="xs" c="dimmed">
          {t(`trash.kind.${kind}`)}
          {images !== null && ` · ${t('trash.withImages', { count: images })}`}
          {versions !== null && ` · ${t('trash.withVersions', { count: versions })}`}
        </Text>
        <Text size="xs" c="dimmed" hiddenFrom="sm">
          {t('trash.goneForGood')}: <Expiry item={item} />
        </Text>
      </div>
    </Group>
  );
}

function Expiry({ item }: { readonly item: TrashItem }) {
  const { t } = useTranslation();
  const isOver = new Date(item.expiresAt).getTime() <= Date.now();
  return isOver ? t('trash.atNextCollection') : <Time value={item.expiresAt} />;
}

function ItemMenu({ item, onRestore, onDelete }: TrashActions & { readonly item: TrashItem }) {
  const { t } = useTranslation();
  const purge: MenuEntry = {
    label: t('trash.deleteForGood'),
    icon: IconTrashX,
    onChoose: () => onDelete(item),
    isDestructive: true,
  };
  const entries: MenuEntry[] = [
    { label: t('trash.restore'), icon: IconRestore, onChoose: () => onRestore(item) },
    ...(item.purgeable ? [purge] : []),
  ];
  return <RowMenu name={trashName(item)} entries={entries} />;
}

import { ActionIcon, Badge, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconListDetails, IconLoader } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CollectionRun } from '../../api/collections.ts';
import { useFormat } from '../../ui/format.ts';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';

/** The columns of the list of a workspace's collections. */
export function useCollectionColumns(
  onDetails: (run: CollectionRun) => void,
): Column<CollectionRun>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return [
    {
      id: 'started',
      header: t('collections.started'),
      cell: ({ startedAt, startedBy }) => (
        <>
          <Time value={startedAt} />
          <Text size="xs" c="dimmed">
            {startedBy}
          </Text>
        </>
      ),
    },
    {
      id: 'state',
      header: t('collections.stateHeader'),
      cell: ({ state }) => <State state={state} />,
      width: 120,
    },
    {
      id: 'duration',
      header: t('collections.duration'),
      cell: ({ startedAt, endedAt }) =>
        endedAt && format.duration(new Date(endedAt).getTime() - new Date(startedAt).getTime()),
      width: 110,
      align: 'right',
      from: 'md',
    },
    {
      id: 'bytes',
      header: t('collections.freed'),
      cell: ({ freedBytes }) => format.bytes(freedBytes),
      width: 110,
      align: 'right',
    },
    {
      id: 'objects',
      header: t('collections.objectsHeader'),
      cell: ({ freedObjects }) => format.number(freedObjects),
      width: 100,
      align: 'right',
      from: 'sm',
    },
    {
      id: 'details',
      header: t('collections.details'),
      hidesHeader: true,
      cell: (run) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${t('collections.details')}: ${format.dateTime(run.startedAt)}`}
          onClick={() => onDetails(run)}
        >
          <IconListDetails size={18} aria-hidden />
        </ActionIcon>
      ),
      width: 44,
      align: 'right',
    },
  ];
}

const STATES = {
  running: { Icon: IconLoader, color: 'var(--mantine-color-dimmed)' },
  done: { Icon: IconCheck, color: 'var(--mantine-color-teal-6)' },
  failed: { Icon: IconAlertTriangle, color: 'var(--mantine-color-red-6)' },
};

function State({ state }: Pick<CollectionRun, 'state'>) {
  const { t } = useTranslation();
  const { Icon, color } = STATES[state];
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      leftSection={<Icon size={12} color={color} aria-hidden />}
    >
      {t(`collections.state.${state}`)}
    </Badge>
  );
}

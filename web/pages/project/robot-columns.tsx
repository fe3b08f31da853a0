import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Robot } from '../../api/robots.ts';
import { type MenuEntry, RowMenu } from '../../ui/menu/entry-menu.tsx';
import type { Column } from '../../ui/table/column.ts';
import { Time } from '../../ui/time.tsx';

/** The columns of the list of robots. */
export function useRobotColumns(entriesOf: (robot: Robot) => MenuEntry[]): Column<Robot>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: (robot) => (
        <>
          <Group gap="xs">
            <Text fw={500}>{robot.name}</Text>
            <State robot={robot} />
          </Group>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {robot.workspaces?.join(', ') ?? t('tokens.everywhere')}
          </Text>
        </>
      ),
    },
    {
      id: 'rights',
      header: t('robots.rights'),
      cell: ({ mayPush }) => t(mayPush ? 'robots.pullAndPush' : 'robots.pull'),
      width: 130,
    },
    {
      id: 'used',
      header: t('tokens.lastUsed'),
      cell: ({ lastUsedAt }) => (lastUsedAt ? <Time value={lastUsedAt} /> : t('common.never')),
      width: 140,
      from: 'md',
    },
    {
      id: 'expires',
      header: t('tokens.expires'),
      cell: ({ expiresAt }) => (expiresAt ? <Time value={expiresAt} /> : t('robots.forever')),
      width: 140,
      from: 'sm',
    },
    {
      id: 'actions',
      header: t('common.more'),
      hidesHeader: true,
      cell: (robot) => <RowMenu name={robot.name} entries={entriesOf(robot)} />,
      width: 56,
      align: 'right',
    },
  ];
}

/** Why a robot does not log in. */
function State({ robot: { disabled, expiresAt } }: { readonly robot: Robot }) {
  const { t } = useTranslation();
  const isExpired = expiresAt !== null && Date.parse(expiresAt) <= Date.now();
  if (!disabled && !isExpired) return null;
  return (
    <Badge variant="default" tt="none">
      {t(disabled ? 'robots.off' : 'robots.expired')}
    </Badge>
  );
}

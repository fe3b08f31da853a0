import { Badge, Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Trigger } from '../../api/triggers.ts';
import type { Column } from '../../ui/table/column.ts';

/** What can be done with a trigger of the list. */
export interface TriggerActions {
  readonly edit: (trigger: Trigger) => void;
  readonly showLog: (trigger: Trigger) => void;
}

/** The columns of the list of triggers. */
export function useTriggerColumns({ edit, showLog }: TriggerActions): Column<Trigger>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'name',
      header: t('common.name'),
      cell: (trigger) => (
        <>
          <Group gap="xs">
            <Text fw={500}>{trigger.name}</Text>
            <State trigger={trigger} />
          </Group>
          <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
            {trigger.action.url}
          </Text>
        </>
      ),
    },
    {
      id: 'workspace',
      header: t('triggers.workspace'),
      cell: ({ workspace }) => workspace ?? t('triggers.allWorkspaces'),
      width: 180,
      from: 'md',
    },
    {
      id: 'actions',
      header: t('common.more'),
      hidesHeader: true,
      cell: (trigger) => (
        <Group gap={4} justify="flex-end">
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={t('triggers.logOf', { name: trigger.name })}
            onClick={() => showLog(trigger)}
          >
            {t('triggers.log')}
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={t('triggers.edit', { name: trigger.name })}
            onClick={() => edit(trigger)}
          >
            {t('common.edit')}
          </Button>
        </Group>
      ),
      width: 170,
      align: 'right',
    },
  ];
}

/** Whether a trigger sends, and why not. */
function State({ trigger: { enabled, pauseReason } }: { readonly trigger: Trigger }) {
  const { t } = useTranslation();
  if (!enabled) {
    return (
      <Badge variant="default" tt="none">
        {t('triggers.off')}
      </Badge>
    );
  }
  if (pauseReason === null) return null;
  return (
    <Badge color="red" variant="outline" tt="none">
      {t(`triggers.paused.${pauseReason}`)}
    </Badge>
  );
}

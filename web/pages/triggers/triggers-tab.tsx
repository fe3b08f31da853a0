import { Button, Group, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Trigger, triggersQuery } from '../../api/triggers.ts';
import { TriggerForm } from '../../forms/triggers/trigger-form.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';
import { useDialog } from '../../ui/dialog/use-dialog.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { notify } from '../../ui/notices.tsx';
import { PagedTable } from '../paged-table.tsx';
import { useTriggerColumns } from './trigger-columns.tsx';
import { TriggerDetails } from './trigger-details.tsx';

interface TriggersTabProps {
  readonly projectId: number;
  /** Only the triggers that are for this workspace too, and new ones for it; empty: all. */
  readonly workspace: string;
}

interface Shown {
  readonly name: string;
  readonly secret: string;
}

/** The triggers of a project, or those that concern one of its workspaces. */
export function TriggersTab({ projectId, workspace }: TriggersTabProps) {
  const { t } = useTranslation();
  const found = useInfiniteQuery(triggersQuery(projectId));
  const concerns = (trigger: Trigger) =>
    workspace === '' || trigger.workspace === null || trigger.workspace === workspace;
  const list = { ...found, data: found.data?.filter(concerns) } as typeof found;
  const form = useDialog<Trigger | null>();
  const details = useDialog<Trigger>();
  const [shown, setShown] = useState<Shown>();
  const columns = useTriggerColumns({ edit: form.open, showLog: details.open });
  const add = <Button onClick={() => form.open(null)}>{t('triggers.create')}</Button>;
  const finish = (name: string, secret: string | null) => {
    form.props.onClose();
    if (secret === null) notify(t('triggers.saved', { name }));
    else setShown({ name, secret });
  };
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed" maw={760}>
          {t('triggers.text')}
        </Text>
        {add}
      </Group>
      <PagedTable
        list={list}
        label={t('triggers.title')}
        columns={columns}
        rowId={({ name }) => name}
        empty={
          <EmptyState title={t('triggers.none')} text={t('triggers.noneText')}>
            {add}
          </EmptyState>
        }
      />
      {form.about !== undefined && (
        <TriggerForm
          key={form.about?.id ?? 0}
          {...form.props}
          projectId={projectId}
          trigger={form.about ?? undefined}
          workspace={workspace}
          onSaved={finish}
        />
      )}
      {details.about && (
        <TriggerDetails
          {...details.props}
          projectId={projectId}
          trigger={details.about}
          onSecret={(secret) => setShown({ name: details.about?.name ?? '', secret })}
        />
      )}
      <SecretDialog
        opened={shown !== undefined}
        onClose={() => setShown(undefined)}
        title={t('triggers.signingSecretOf', { name: shown?.name ?? '' })}
        label={t('triggers.signingSecret')}
        secret={shown?.secret ?? ''}
      >
        <Text size="sm">{t('triggers.signingSecretText')}</Text>
      </SecretDialog>
    </>
  );
}

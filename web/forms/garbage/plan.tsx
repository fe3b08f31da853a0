import { Alert, Checkbox, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { collectionPreviewQuery, startCollection } from '../../api/collections.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { FormAlert } from '../form-alert.tsx';
import { Freed } from './freed.tsx';
import { GarbageList } from './garbage-list.tsx';
import { KeptList } from './kept-list.tsx';

interface CollectionPlanProps {
  readonly workspace: string;
  readonly onStarted: (runId: number) => void;
  readonly onCancel: () => void;
}

/** What a collection would free and what it would keep, before it is begun. */
export function CollectionPlan({ workspace, onStarted, onCancel }: CollectionPlanProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const [emptyTrash, setEmptyTrash] = useState(false);
  const preview = useQuery(collectionPreviewQuery(workspace, emptyTrash));
  const start = useMutation({
    mutationFn: () => startCollection(workspace, emptyTrash),
    onSuccess: ({ id }) => onStarted(id),
  });
  const plan = preview.data;
  return (
    <Stack>
      <FormAlert error={start.error} />
      <Checkbox
        label={t('collections.emptyTrash')}
        description={t('collections.emptyTrashText')}
        checked={emptyTrash}
        onChange={(event) => setEmptyTrash(event.currentTarget.checked)}
      />
      {!plan && !preview.error && <Skeleton height={180} />}
      {!plan && preview.error && (
        <ErrorState message={message(preview.error)} onRetry={() => void preview.refetch()} />
      )}
      {plan && (
        <>
          <Freed
            label={t('collections.wouldFree')}
            bytes={plan.freedBytes}
            objects={plan.freedObjects}
          />
          {!plan.complete && (
            <Alert color="blue" variant="outline">
              {t('collections.lowerBound')}
            </Alert>
          )}
          <GarbageList items={plan.items} />
          <KeptList kept={plan.kept} />
          {plan.freedObjects === 0 && plan.items.length === 0 && (
            <Text c="dimmed">{t('collections.nothing')}</Text>
          )}
        </>
      )}
      <DialogActions
        label={t('collections.run')}
        onCancel={onCancel}
        onConfirm={() => start.mutate()}
        isBusy={start.isPending}
        isDangerous={emptyTrash}
      />
    </Stack>
  );
}

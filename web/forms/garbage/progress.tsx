import { Button, Group, Progress, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { collectionQuery } from '../../api/collections.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { CollectionResult } from './collection-result.tsx';
import { Freed } from './freed.tsx';

interface CollectionProgressProps {
  readonly workspace: string;
  readonly runId: number;
  readonly onClose: () => void;
}

/** The progress and the result of a collection. */
export function CollectionProgress({ workspace, runId, onClose }: CollectionProgressProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { data: run, error, refetch } = useQuery(collectionQuery(workspace, runId));
  if (error && !run) {
    return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  }
  if (!run) return <Skeleton height={320} />;
  return (
    <Stack aria-live="polite">
      {run.state === 'running' ? (
        <>
          <Progress value={100} animated aria-label={t('collections.running')} />
          <Text>{t('collections.runningText')}</Text>
          <Freed
            label={t('collections.freedSoFar')}
            bytes={run.freedBytes}
            objects={run.freedObjects}
          />
        </>
      ) : (
        <CollectionResult run={run} />
      )}
      <Group justify="flex-end">
        <Button variant={run.state === 'running' ? 'default' : 'filled'} onClick={onClose}>
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}

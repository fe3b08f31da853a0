import { Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { collectionsQuery } from '../../api/collections.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { CollectionPlan } from './plan.tsx';
import { CollectionProgress } from './progress.tsx';

interface CollectGarbageProps extends DialogState {
  readonly workspace: Pick<Workspace, 'name' | 'allowed'>;
}

/**
 * Collects the garbage of a workspace: shows what would be freed and kept, then the progress, then
 * the result. Opened again while a collection is running, it shows that run.
 */
export function CollectGarbage({ workspace, ...dialog }: CollectGarbageProps) {
  const { t } = useTranslation();
  return (
    <Dialog {...dialog} size="lg" title={t('collections.title', { name: workspace.name })}>
      <Collecting workspace={workspace} onClose={dialog.onClose} />
    </Dialog>
  );
}

function Collecting({ workspace, onClose }: Pick<CollectGarbageProps, 'workspace' | 'onClose'>) {
  const message = useErrorMessage();
  const [runId, setRunId] = useState<number>();
  const { name } = workspace;
  const { data, error, refetch } = useInfiniteQuery(collectionsQuery(name));
  const running = data?.find(({ state }) => state === 'running')?.id;
  // The run stays on the screen after it has ended.
  if (runId === undefined && running !== undefined) setRunId(running);
  if (runId !== undefined) {
    return <CollectionProgress workspace={name} runId={runId} onClose={onClose} />;
  }
  if (error && !data) {
    return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton height={320} />;
  return <CollectionPlan workspace={workspace} onStarted={setRunId} onCancel={onClose} />;
}

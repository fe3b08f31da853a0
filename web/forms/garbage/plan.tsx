import { Alert, Checkbox, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import {
  type CollectionPreview,
  collectionPreviewQuery,
  startCollection,
} from '../../api/collections.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { Workspace } from '../../api/workspaces.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { DialogForm } from '../form-dialog.tsx';
import { Freed } from './freed.tsx';
import { GarbageList } from './garbage-list.tsx';
import { KeptList } from './kept-list.tsx';

interface CollectionPlanProps {
  readonly workspace: Pick<Workspace, 'name' | 'allowed'>;
  readonly onStarted: (runId: number) => void;
  readonly onCancel: () => void;
}

/** What a collection would free and what it would keep, before it is started. */
export function CollectionPlan({ workspace, onStarted, onCancel }: CollectionPlanProps) {
  const { t } = useTranslation();
  const { name, allowed } = workspace;
  const mayEmpty = allowed.includes('trash:purge');
  return (
    <DialogForm
      form={{ initialValues: { emptyTrash: false } }}
      action={t('collections.run')}
      submit={({ emptyTrash }) => startCollection(name, emptyTrash)}
      onDone={({ id }) => onStarted(id)}
      onCancel={onCancel}
      button={({ values }) => ({ isDangerous: values.emptyTrash })}
    >
      {(form) => (
        <>
          <Checkbox
            label={t('collections.emptyTrash')}
            description={t(`collections.${mayEmpty ? 'emptyTrashText' : 'emptyTrashReserved'}`)}
            disabled={!mayEmpty}
            {...form.getInputProps('emptyTrash', { type: 'checkbox' })}
          />
          <Preview workspace={name} emptyTrash={form.values.emptyTrash} />
        </>
      )}
    </DialogForm>
  );
}

interface PreviewProps {
  readonly workspace: string;
  readonly emptyTrash: boolean;
}

function Preview({ workspace, emptyTrash }: PreviewProps) {
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(collectionPreviewQuery(workspace, emptyTrash));
  if (data) return <Plan plan={data} />;
  if (error) return <ErrorState message={message(error)} onRetry={() => void refetch()} />;
  return <Skeleton height={180} />;
}

function Plan({ plan }: { readonly plan: CollectionPreview }) {
  const { t } = useTranslation();
  const { freedBytes, freedObjects, complete, items, kept } = plan;
  return (
    <>
      <Freed label={t('collections.wouldFree')} bytes={freedBytes} objects={freedObjects} />
      {!complete && (
        <Alert color="blue" variant="outline">
          {t('collections.lowerBound')}
        </Alert>
      )}
      <GarbageList items={items} />
      <KeptList kept={kept} />
      {freedObjects === 0 && items.length === 0 && (
        <Text c="dimmed">{t('collections.nothing')}</Text>
      )}
    </>
  );
}

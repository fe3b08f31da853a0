import { Skeleton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type RetentionRules, retentionPreviewQuery, setRetention } from '../../api/retention.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { notify } from '../../ui/notices.tsx';
import { FormDialog } from '../form-dialog.tsx';
import { BacktestSentence } from './backtest.tsx';
import { UnkeptVersions } from './unkept-versions.tsx';
import { VersionFigures } from './version-figures.tsx';

interface RetentionPreviewProps extends DialogState {
  readonly workspace: string;
  readonly rules: RetentionRules;
  readonly onSaved: () => void;
}

/** Shows which versions rules would move to the trash, and why, and saves the rules. */
export function RetentionPreview({ workspace, rules, onSaved, ...dialog }: RetentionPreviewProps) {
  const { t } = useTranslation();
  return (
    <FormDialog
      {...dialog}
      size="lg"
      title={t('retention.previewTitle')}
      form={{ initialValues: rules }}
      action={t('common.save')}
      submit={(values) => setRetention(workspace, values)}
      onDone={() => {
        dialog.onClose();
        onSaved();
        notify(t('retention.saved', { name: workspace }));
      }}
    >
      {() => <Effects workspace={workspace} rules={rules} />}
    </FormDialog>
  );
}

function Effects({ workspace, rules }: Pick<RetentionPreviewProps, 'workspace' | 'rules'>) {
  const message = useErrorMessage();
  const preview = useInfiniteQuery(retentionPreviewQuery(workspace, rules));
  const { data, error } = preview;
  if (error && !data) {
    return <ErrorState message={message(error)} onRetry={() => void preview.refetch()} />;
  }
  if (!data) return <Skeleton height={280} />;
  const isUsed = rules.keepLast !== null || rules.keepDays !== null;
  return (
    <>
      {data.total && <VersionFigures total={data.total} />}
      {isUsed && <BacktestSentence workspace={workspace} rules={rules} />}
      <UnkeptVersions
        versions={data.versions}
        onMore={preview.hasNextPage ? () => void preview.fetchNextPage() : undefined}
        isBusy={preview.isFetchingNextPage}
      />
    </>
  );
}

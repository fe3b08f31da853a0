import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectChoicesQuery, pushable } from '../../api/projects.ts';
import { useMe } from '../../api/session.ts';
import { settingsQuery } from '../../api/settings.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { UploadForm } from './upload-form.tsx';

/** Uploads image archives from this computer; uploads continue while it is closed. */
export function UploadImageDialog(dialog: DialogState) {
  const { t } = useTranslation();
  return (
    <Dialog {...dialog} title={t('upload.title')} size="xl">
      <Contents onClose={dialog.onClose} />
    </Dialog>
  );
}

function Contents({ onClose }: Pick<DialogState, 'onClose'>) {
  const { t } = useTranslation();
  const me = useMe();
  const message = useErrorMessage();
  const projects = useQuery(projectChoicesQuery);
  const settings = useQuery(settingsQuery);
  const error = projects.error ?? settings.error;
  const retry = () => void Promise.all([projects.refetch(), settings.refetch()]);
  if (error) return <ErrorState message={message(error)} onRetry={retry} />;
  if (!projects.data || !settings.data) return <Skeleton height={320} />;
  const mine = pushable(me, projects.data);
  const [first] = mine;
  if (!first) return <EmptyState title={t('upload.noProject')} text={t('upload.noProjectText')} />;
  return (
    <UploadForm
      projects={mine}
      firstProject={first}
      limit={settings.data.uploadLimitBytes}
      onClose={onClose}
    />
  );
}

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { settingsQuery } from '../api/settings.ts';
import { useErrorMessage } from '../api/use-error-message.ts';
import { SettingsForm } from '../forms/settings.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { PageHeader } from '../ui/page-header.tsx';

/** The settings of the platform. */
export function SettingsScreen() {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(settingsQuery);
  return (
    <>
      <PageHeader title={t('common.settings')} text={t('settings.text')} />
      {data && <SettingsForm settings={data} />}
      {!data && error && <ErrorState message={message(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={420} maw={640} />}
    </>
  );
}

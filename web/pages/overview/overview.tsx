import { SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { overviewQuery } from '../../api/overview.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Time } from '../../ui/time.tsx';
import { Counts } from './counts.tsx';
import { IntegrityPanel } from './integrity.tsx';
import { PullsPanel } from './pulls.tsx';
import { StoragePanel } from './storage.tsx';
import { TopImages } from './top-images.tsx';
import { TopWorkspaces } from './top-workspaces.tsx';

/** The platform at a glance: content, use and integrity. */
export function OverviewScreen() {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(overviewQuery);
  return (
    <>
      <PageHeader
        title={t('common.overview')}
        text={
          data && (
            <>
              {t('overview.takenAt')} <Time value={data.takenAt} />
            </>
          )
        }
      />
      {!data && error && <ErrorState message={message(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={640} />}
      {data && (
        <Stack>
          <Counts counts={data.counts} />
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <StoragePanel storage={data.storage} />
            <PullsPanel pulls={data.pulls} />
          </SimpleGrid>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <TopImages top={data.topImages} />
            <TopWorkspaces workspaces={data.topWorkspaces} />
          </SimpleGrid>
          <IntegrityPanel />
        </Stack>
      )}
    </>
  );
}

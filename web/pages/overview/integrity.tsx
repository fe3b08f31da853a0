import { Alert, Group, Progress, Skeleton, Text } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Integrity, integrityQuery } from '../../api/overview.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { ErrorState } from '../../ui/error-state.tsx';
import { useFormat } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { Damages } from './damages.tsx';

/** Whether stored content is intact, and the progress of the current check. */
export function IntegrityPanel() {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const { data, error, refetch } = useQuery(integrityQuery);
  return (
    <Panel title={t('overview.integrity')}>
      {data && (
        <>
          <Verdict damaged={data.damaged.items.length} />
          <Damages damaged={data.damaged} />
          <ScrubProgress scrub={data.scrub} />
        </>
      )}
      {!data && error && <ErrorState message={message(error)} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={120} />}
    </Panel>
  );
}

function Verdict({ damaged }: { readonly damaged: number }) {
  const { t } = useTranslation();
  if (damaged === 0) {
    return (
      <Group gap="xs">
        <IconShieldCheck size={20} aria-hidden color="var(--mantine-color-teal-7)" />
        <Text>{t('overview.isSound')}</Text>
      </Group>
    );
  }
  return (
    <Alert
      color="red"
      variant="outline"
      icon={<IconAlertTriangle />}
      title={t('overview.isDamaged')}
    >
      {t('overview.repair')}
    </Alert>
  );
}

function ScrubProgress({ scrub }: Pick<Integrity, 'scrub'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { progress, bytesToday, bytesPerDay, lastRound } = scrub;
  if (bytesPerDay === 0) return <Text c="dimmed">{t('overview.scrubOff')}</Text>;
  return (
    <>
      <Text size="sm">
        {t('overview.scrubToday', {
          progress: format.percent(progress),
          today: format.bytes(bytesToday),
          perDay: format.bytes(bytesPerDay),
        })}
      </Text>
      <Progress value={progress * 100} aria-label={t('overview.scrubBar')} />
      {lastRound && (
        <Text size="sm" c="dimmed">
          {t('overview.lastRound', {
            when: format.dateTime(lastRound.endedAt),
            count: lastRound.objects,
            shown: format.number(lastRound.objects),
            size: format.bytes(lastRound.bytes),
          })}
        </Text>
      )}
    </>
  );
}

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/overview.ts';
import { useFormat } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';
import { PullsChart } from '../../ui/pulls-chart.tsx';

/** Pulls of all images: in total, and by day. */
export function PullsPanel({ pulls }: Pick<Overview, 'pulls'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const recent = pulls.days.reduce((sum, day) => sum + day.pulls, 0);
  return (
    <Panel title={t('overview.pulls')}>
      <div>
        <Text fz={28} fw={700} lh={1.3}>
          {format.number(pulls.total)}
        </Text>
        <Text size="sm" c="dimmed">
          {t('overview.recentPulls', { count: recent, shown: format.number(recent) })}
        </Text>
      </div>
      <PullsChart days={pulls.days} />
    </Panel>
  );
}

import { Alert, Skeleton } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { BACKTEST_DAYS, backtestQuery, type RetentionRules } from '../../api/retention.ts';
import { useFormat } from '../../ui/format.ts';

interface BacktestSentenceProps {
  readonly workspace: string;
  readonly rules: RetentionRules;
}

/** What the rules would have deleted in the past, and whether it was pulled afterwards. */
export function BacktestSentence({ workspace, rules }: BacktestSentenceProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error } = useQuery(backtestQuery(workspace, rules));
  if (error) return null;
  if (!data) return <Skeleton height={64} />;
  return (
    <Alert
      color={data.pulledAfterwards > 0 ? 'yellow' : 'teal'}
      variant="outline"
      icon={<IconHistory size={18} aria-hidden />}
    >
      {t('retention.backtest', {
        days: BACKTEST_DAYS,
        deleted: format.number(data.deleted),
        pulled: format.number(data.pulledAfterwards),
      })}
      {!data.isComplete && ` ${t('retention.backtestPart')}`}
    </Alert>
  );
}

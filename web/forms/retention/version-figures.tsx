import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RetentionTotal } from '../../api/retention.ts';
import { useFormat } from '../../ui/format.ts';

const REASONS = ['last', 'recent', 'pattern', 'immutable'] as const;

/** How many versions would be deleted, and how many are kept for which reason. */
export function VersionFigures({ total }: { readonly total: RetentionTotal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const reasons = REASONS.filter((reason) => total.kept[reason] > 0);
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {t('retention.wouldGo')}
      </Text>
      <Text fz={28} fw={700} lh={1.3}>
        {t('retention.ofVersions', {
          gone: format.number(total.gone),
          all: format.number(total.versions),
        })}
      </Text>
      {total.accessories > 0 && (
        <Text size="sm">{t('retention.accessories', { count: total.accessories })}</Text>
      )}
      <Text size="sm" c="dimmed">
        {t('retention.goneSize', { size: format.bytes(total.goneSize) })}
      </Text>
      {reasons.map((reason) => (
        <Text key={reason} size="sm" mt={4}>
          {t(`retention.keptFor.${reason}`, { count: total.kept[reason] })}
        </Text>
      ))}
      {!total.complete && (
        <Text size="sm" mt={4}>
          {t('retention.notAll')}
        </Text>
      )}
    </Paper>
  );
}

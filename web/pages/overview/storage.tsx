import { Progress, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Overview } from '../../api/overview.ts';
import { useFormat } from '../../ui/format.ts';
import { Panel } from '../../ui/panel.tsx';

/** What is stored, compared with the sum of all images' sizes. */
export function StoragePanel({ storage }: Pick<Overview, 'storage'>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bytes, blobs, imageBytes } = storage;
  const share = imageBytes > 0 ? Math.min(bytes / imageBytes, 1) : 0;
  return (
    <Panel title={t('overview.storage')}>
      <div>
        <Text fz={28} fw={700} lh={1.3}>
          {format.bytes(bytes)}
        </Text>
        <Text size="sm" c="dimmed">
          {t('overview.blobs', { count: blobs, shown: format.number(blobs) })}
        </Text>
      </div>
      <Progress value={share * 100} aria-label={t('overview.sharedBar')} size="lg" />
      <Text size="sm">
        {t('overview.beforeSharing', { size: format.bytes(imageBytes) })}
        {imageBytes > bytes && (
          <>
            {' '}
            <Text component="span" fw={600}>
              {t('overview.saved', {
                size: format.bytes(imageBytes - bytes),
                share: format.percent(1 - share),
              })}
            </Text>
          </>
        )}
      </Text>
    </Panel>
  );
}

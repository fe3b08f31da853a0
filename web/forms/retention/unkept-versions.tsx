import { Button, ScrollArea, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UnkeptVersion } from '../../api/retention.ts';
import { Time } from '../../ui/time.tsx';

interface UnkeptVersionsProps {
  readonly versions: readonly UnkeptVersion[];
  /** Loads more; absent: these are all. */
  readonly onMore: (() => void) | undefined;
  readonly isBusy: boolean;
}

/** The versions that rules would move to the trash, each with the reasons. */
export function UnkeptVersions({ versions, onMore, isBusy }: UnkeptVersionsProps) {
  const { t } = useTranslation();
  if (versions.length === 0) return <Text>{t('retention.nothingGoes')}</Text>;
  return (
    <ScrollArea.Autosize mah={320} viewportProps={{ tabIndex: 0 }}>
      <Table stickyHeader aria-label={t('retention.wouldGo')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('retention.version')}</Table.Th>
            <Table.Th>{t('retention.pushed')}</Table.Th>
            <Table.Th>{t('image.lastPulled')}</Table.Th>
            <Table.Th>{t('image.lastUsed')}</Table.Th>
            <Table.Th>{t('retention.reasons')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {versions.map(({ image, tag, pushedAt, lastPulledAt, lastUsedAt, reasons }) => (
            <Table.Tr key={`${image}:${tag}`}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {image}:{tag}
              </Table.Td>
              <Table.Td>
                <Time value={pushedAt} />
              </Table.Td>
              <Table.Td>
                {lastPulledAt ? <Time value={lastPulledAt} /> : t('common.never')}
              </Table.Td>
              <Table.Td>{lastUsedAt ? <Time value={lastUsedAt} /> : t('common.never')}</Table.Td>
              <Table.Td>
                {reasons.map((reason) => t(`retention.why.${reason}`)).join(', ')}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {onMore && (
        <Button variant="subtle" fullWidth loading={isBusy} onClick={onMore}>
          {t('common.loadMore')}
        </Button>
      )}
    </ScrollArea.Autosize>
  );
}

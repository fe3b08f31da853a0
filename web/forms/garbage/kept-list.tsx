import { Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Kept } from '../../api/collections.ts';
import { useFormat } from '../../ui/format.ts';

/** Unused content that is kept, grouped by reason. */
export function KeptList({ kept }: { readonly kept: readonly Kept[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (kept.length === 0) return null;
  return (
    <section>
      <Text fw={600} mb={4}>
        {t('collections.kept')}
      </Text>
      <Stack gap={4}>
        {kept.map(({ reason, count, bytes }) => (
          <Group key={reason} justify="space-between" gap="md">
            <Text size="sm" style={{ flex: '1 1 200px' }}>
              {t(`collections.keptFor.${reason}`)}
            </Text>
            <Text size="sm" c="dimmed">
              {format.number(count)} · {format.bytes(bytes)}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}

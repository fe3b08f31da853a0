import { Paper, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../ui/format.ts';

interface FreedProps {
  readonly label: string;
  readonly bytes: number;
  readonly objects: number;
}

/** How much storage a collection frees, large enough to be read at a glance. */
export function Freed({ label, bytes, objects }: FreedProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Paper withBorder p="md">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={28} fw={700} lh={1.3}>
        {format.bytes(bytes)}
      </Text>
      <Text size="sm" c="dimmed">
        {t('collections.objects', { count: objects })}
      </Text>
    </Paper>
  );
}

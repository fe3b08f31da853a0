import { Box, Button, Group, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface SelectionBarProps {
  /** How many rows are chosen. */
  readonly count: number;
  readonly onDelete: () => void;
  readonly onClear: () => void;
  /** What stands at its beginning whatever is chosen: a search. */
  readonly children?: ReactNode;
}

/** The line above a table: how to find rows, and what to do with those that are chosen. */
export function SelectionBar({ count, onDelete, onClear, children }: SelectionBarProps) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" mih={36} my="sm" gap="sm">
      {/* On a phone, what is chosen takes the place of the search, so that the table stays put. */}
      <Box flex="1 1 200px" maw={420} {...(count > 0 && { visibleFrom: 'sm' })}>
        {children}
      </Box>
      <Group gap="sm" aria-live="polite">
        {count > 0 && (
          <>
            <Text size="sm">{t('common.selected', { count })}</Text>
            <Button variant="default" size="sm" onClick={onClear}>
              {t('ui.deselect')}
            </Button>
            <Button
              color="red"
              size="sm"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={onDelete}
            >
              {t('common.delete')}
            </Button>
          </>
        )}
      </Group>
    </Group>
  );
}

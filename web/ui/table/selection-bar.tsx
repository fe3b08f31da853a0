import { Box, Button, Group, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface SelectionBarProps {
  /** How many rows are selected. */
  readonly count: number;
  readonly onDelete: () => void;
  readonly onClear: () => void;
  /** Shown at its start whatever is selected: a search. */
  readonly children?: ReactNode;
}

/** The line above a table: a search, and the actions on the selected rows. */
export function SelectionBar({ count, onDelete, onClear, children }: SelectionBarProps) {
  const { t } = useTranslation();
  return (
    <Group justify="space-between" mih={36} my="sm" gap="sm">
      {/* On a phone the selection replaces the search, so that the table does not move. */}
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

import { Button, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface ChosenBarProps {
  readonly count: number;
  readonly isBusy: boolean;
  /** Whether the user may delete all of them for good. */
  readonly mayDelete: boolean;
  readonly onRestore: () => void;
  readonly onDelete: () => void;
}

/** The actions on the selected items of the trash. */
export function ChosenBar({ count, isBusy, mayDelete, onRestore, onDelete }: ChosenBarProps) {
  const { t } = useTranslation();
  if (count === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed">
        {t('common.selected', { count })}
      </Text>
      {mayDelete && (
        <Button size="sm" variant="default" disabled={isBusy} onClick={onDelete}>
          {t('trash.deleteForGood')}
        </Button>
      )}
      <Button size="sm" loading={isBusy} onClick={onRestore}>
        {t('trash.restore')}
      </Button>
    </Group>
  );
}

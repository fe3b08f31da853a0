import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** What stands where nothing was pushed yet. */
export function NothingYet() {
  const { t } = useTranslation();
  return (
    <Text c="dimmed" py="md">
      {t('overview.nothingYet')}
    </Text>
  );
}

import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Shown while nothing has been pushed. */
export function NothingYet() {
  const { t } = useTranslation();
  return (
    <Text c="dimmed" py="md">
      {t('overview.nothingYet')}
    </Text>
  );
}

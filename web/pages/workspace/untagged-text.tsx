import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** How long untagged content is kept; null: without limit. */
export function UntaggedText({ days }: { readonly days: number | null }) {
  const { t } = useTranslation();
  return (
    <Text mb="sm" maw={720}>
      {days === null
        ? t('workspaces.untaggedForEver')
        : t('workspaces.untaggedDays', { count: days })}
    </Text>
  );
}

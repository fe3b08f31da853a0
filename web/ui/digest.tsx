import { Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './copy-button.tsx';

/** The algorithm and the first 12 characters of a digest, for display. */
export function shortDigest(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm}:${hex.slice(0, 12)}`;
}

/** A shortened digest, with a button to copy all of it. */
export function Digest({ value }: { readonly value: string }) {
  const { t } = useTranslation();
  return (
    <Group gap={2} wrap="nowrap" component="span" display="inline-flex">
      <Text component="code" size="sm" title={value} style={{ whiteSpace: 'nowrap' }}>
        {shortDigest(value)}
      </Text>
      <CopyButton value={value} label={t('ui.digest')} />
    </Group>
  );
}

import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import { browserName } from '../../ui/browser-name.ts';

interface SignInPlaceProps {
  readonly userAgent: string;
  readonly address: string | null;
  /** Whether it is the sign-in that shows this. */
  readonly isCurrent?: boolean;
}

/** With which client, and from where, a user signed in. */
export function SignInPlace({ userAgent, address, isCurrent = false }: SignInPlaceProps) {
  const { t } = useTranslation();
  return (
    <>
      <Group gap="xs" title={showHidden(userAgent)}>
        {browserName(userAgent) ?? t('common.unknown')}
        {isCurrent && (
          <Badge tt="none" fw={500}>
            {t('account.thisOne')}
          </Badge>
        )}
      </Group>
      <Text size="xs" c="dimmed">
        {address}
      </Text>
    </>
  );
}

import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { showHidden } from '../../../src/domain/hidden-characters.ts';
import { useClientName } from './client-name.ts';

interface SignInPlaceProps {
  readonly userAgent: string;
  readonly address: string | null;
  /** Whether it is the sign-in that shows this. */
  readonly isCurrent?: boolean;
}

/** With which client, and from where, a user signed in. */
export function SignInPlace({ userAgent, address, isCurrent = false }: SignInPlaceProps) {
  const { t } = useTranslation();
  const name = useClientName(userAgent);
  return (
    <>
      <Group gap="xs" title={showHidden(userAgent)}>
        {name}
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

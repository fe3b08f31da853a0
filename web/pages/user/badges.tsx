import { Badge, Group, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { User } from '../../api/users.ts';

/** The state of a user as badges. */
export function UserBadges({ user }: { readonly user: Omit<User, 'id' | 'createdAt'> }) {
  const { t } = useTranslation();
  const { isAdmin, disabled, mustChangePassword } = user;
  if (!isAdmin && !disabled && !mustChangePassword) {
    return (
      <Text size="sm" c="dimmed">
        {t('users.isActive')}
      </Text>
    );
  }
  return (
    <Group gap={6}>
      {isAdmin && (
        <Badge tt="none" fw={500}>
          {t('users.isAdmin')}
        </Badge>
      )}
      {disabled && (
        <Badge tt="none" fw={500} variant="outline" color="red">
          {t('users.isDisabled')}
        </Badge>
      )}
      {mustChangePassword && (
        <Badge tt="none" fw={500} variant="default">
          {t('users.mustChange')}
        </Badge>
      )}
    </Group>
  );
}

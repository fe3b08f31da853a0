import { Badge } from '@mantine/core';
import { IconLock, IconWorld } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';

/** Who may see a workspace. */
export function AccessBadge({ access }: { readonly access: 'private' | 'public' }) {
  const { t } = useTranslation();
  const Icon = access === 'private' ? IconLock : IconWorld;
  return (
    <Badge
      variant="default"
      tt="none"
      fw={500}
      miw="max-content"
      leftSection={<Icon size={12} aria-hidden />}
    >
      {t(access === 'private' ? 'common.accessPrivate' : 'common.accessPublic')}
    </Badge>
  );
}

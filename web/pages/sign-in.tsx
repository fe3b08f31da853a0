import { Text } from '@mantine/core';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { SignInForm } from '../forms/accounts/sign-in.tsx';
import { ownAddress } from '../paths.ts';
import { Entrance } from '../ui/entrance.tsx';

const route = getRouteApi('/sign-in');

/** Signs in, then opens the address that was asked for. */
export function SignInScreen() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const router = useRouter();
  return (
    <Entrance title={t('session.title')}>
      <SignInForm onDone={() => router.history.push(ownAddress(next))} />
      <Text size="sm" c="dimmed" mt="md">
        {t('session.forgotten')}
      </Text>
    </Entrance>
  );
}

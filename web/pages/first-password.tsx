import { Text } from '@mantine/core';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { PasswordForm } from '../forms/accounts/password.tsx';
import { ownAddress } from '../paths.ts';
import { Entrance } from '../ui/entrance.tsx';

const route = getRouteApi('/password');

/** The first sign-in: sets the user's own password, then opens the address that was asked for. */
export function FirstPasswordScreen() {
  const { t } = useTranslation();
  const { next } = route.useSearch();
  const router = useRouter();
  return (
    <Entrance title={t('session.firstTitle')}>
      <Text mb="md">{t('session.firstText')}</Text>
      <PasswordForm onDone={() => router.history.push(ownAddress(next))} />
    </Entrance>
  );
}

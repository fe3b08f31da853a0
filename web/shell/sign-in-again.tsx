import { Modal, Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../api/query-client.ts';
import type { Me } from '../api/session.ts';
import { SignInForm } from '../forms/accounts/sign-in.tsx';

/** The dialog to sign in again after the session has ended. */
export function SignInAgain({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const router = useRouter();
  const proceed = ({ mustChangePassword }: Me) => {
    onClose();
    void (mustChangePassword ? router.invalidate() : queryClient.invalidateQueries());
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('session.ended')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      zIndex={400}
    >
      <Text mb="md">{t('session.endedText')}</Text>
      <SignInForm onDone={proceed} />
    </Modal>
  );
}

import { Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { onSessionEnd } from '../api/client.ts';
import { queryClient } from '../api/query-client.ts';
import type { Me } from '../api/session.ts';
import { SignInForm } from '../forms/sign-in.tsx';

/** Asks to sign in again over the screen that is open, so that nothing typed in it is lost. */
export function SessionEnded() {
  const { t } = useTranslation();
  const [isOpen, dialog] = useDisclosure(false);
  useEffect(() => onSessionEnd(dialog.open), [dialog.open]);
  const router = useRouter();
  const goOn = ({ mustChangePassword }: Me) => {
    dialog.close();
    void (mustChangePassword ? router.invalidate() : queryClient.invalidateQueries());
  };
  return (
    <Modal
      opened={isOpen}
      onClose={dialog.close}
      title={t('session.ended')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      zIndex={400}
    >
      <Text mb="md">{t('session.endedText')}</Text>
      <SignInForm onDone={goOn} />
    </Modal>
  );
}

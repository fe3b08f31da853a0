import { Modal, PasswordInput, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { givePassword } from '../../api/account.ts';
import { DialogForm } from '../form-dialog.tsx';

interface ConfirmPasswordProps {
  readonly onGiven: () => void;
  readonly onClose: () => void;
}

/** Asks the signed-in user for the password again, above every other dialog. */
export function ConfirmPassword({ onGiven, onClose }: ConfirmPasswordProps) {
  const { t } = useTranslation();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('session.confirmTitle')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      zIndex={400}
    >
      <Text mb="md">{t('session.confirmText')}</Text>
      <DialogForm
        form={{ initialValues: { password: '' } }}
        action={t('session.confirm')}
        submit={({ password }) => givePassword(password)}
        onDone={onGiven}
        onCancel={onClose}
        fieldMessage={() => t('session.passwordWrong')}
      >
        {(form) => (
          <PasswordInput
            label={t('session.password')}
            autoComplete="current-password"
            required
            data-autofocus
            {...form.getInputProps('password')}
          />
        )}
      </DialogForm>
    </Modal>
  );
}

import { List, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorMessage } from '../../api/use-error-message.ts';
import { resetPassword } from '../../api/users.ts';
import { ConfirmDialog } from '../../ui/dialog/confirm-dialog.tsx';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';

interface ResetPasswordProps extends DialogState {
  readonly user: { readonly id: number; readonly name: string };
}

/** Asks, and gives a user another password, which is shown once. */
export function ResetPassword({ opened, onClose, user }: ResetPasswordProps) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const reset = useMutation({ mutationFn: () => resetPassword(user.id) });
  const finish = () => {
    onClose();
    reset.reset();
  };
  if (reset.data) {
    return (
      <SecretDialog
        opened={opened}
        onClose={finish}
        title={t('users.passwordOf', { name: user.name })}
        label={t('session.password')}
        secret={reset.data}
      >
        <Text size="sm">{t('users.resetDone')}</Text>
      </SecretDialog>
    );
  }
  return (
    <ConfirmDialog
      opened={opened}
      onClose={finish}
      title={t('users.resetTitle', { name: user.name })}
      action={t('users.resetPassword')}
      isDestructive
      isBusy={reset.isPending}
      error={reset.error && message(reset.error)}
      onConfirm={() => reset.mutate()}
    >
      <Text size="sm" mb={4}>
        {t('users.resetText')}
      </Text>
      <List size="sm">
        <List.Item>{t('users.resetEndsPassword')}</List.Item>
        <List.Item>{t('users.resetEndsSessions')}</List.Item>
        <List.Item>{t('users.resetEndsTokens')}</List.Item>
      </List>
    </ConfirmDialog>
  );
}

import { List, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { resetPassword } from '../../api/users.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';

interface ResetPasswordProps extends DialogState {
  readonly user: { readonly id: number; readonly name: string };
}

/** Confirms and resets the password of a user; the new one is shown once. */
export function ResetPassword({ opened, onClose, user }: ResetPasswordProps) {
  const { t } = useTranslation();
  const [password, setPassword] = useState<string>();
  const finish = () => {
    onClose();
    setPassword(undefined);
  };
  if (password !== undefined) {
    return (
      <SecretDialog
        opened={opened}
        onClose={finish}
        title={t('users.passwordOf', { name: user.name })}
        label={t('session.password')}
        secret={password}
      >
        <Text size="sm">{t('users.resetDone')}</Text>
      </SecretDialog>
    );
  }
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('users.resetTitle', { name: user.name })}
      action={t('users.resetPassword')}
      isDestructive
      confirm={() => resetPassword(user.id)}
      onDone={setPassword}
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

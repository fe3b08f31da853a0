import { Alert, Button, Checkbox, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { setPassword } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';

/** Sets a new password for the signed-in user. */
export function PasswordForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const form = useForm({
    initialValues: { current: '', next: '', again: '', endTokens: false },
    validate: {
      again: (value, { next }) => (value === next ? null : t('session.repeatDiffers')),
    },
  });
  const change = useMutation({
    mutationFn: ({ current, next, endTokens }: typeof form.values) =>
      setPassword({ currentPassword: current, newPassword: next, endTokens }),
    onSuccess: () => {
      form.reset();
      onDone();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))}>
      <Stack maw={400}>
        {change.error && (
          <Alert color="red" role="alert">
            {message(change.error)}
          </Alert>
        )}
        <PasswordInput
          label={t('session.currentPassword')}
          autoComplete="current-password"
          required
          {...form.getInputProps('current')}
        />
        <PasswordInput
          label={t('session.newPassword')}
          description={t('session.newPasswordHint')}
          autoComplete="new-password"
          required
          {...form.getInputProps('next')}
        />
        <PasswordInput
          label={t('session.repeatPassword')}
          autoComplete="new-password"
          required
          {...form.getInputProps('again')}
        />
        <Checkbox
          label={t('session.endTokens')}
          description={t('session.endTokensText')}
          {...form.getInputProps('endTokens', { type: 'checkbox' })}
        />
        <Button type="submit" loading={change.isPending}>
          {t('session.setPassword')}
        </Button>
      </Stack>
    </form>
  );
}

import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Me, signIn } from '../../api/session.ts';
import { useErrorMessage } from '../../api/use-error-message.ts';

/** Signs a user in with user name and password. */
export function SignInForm({ onDone }: { readonly onDone: (me: Me) => void }) {
  const { t } = useTranslation();
  const message = useErrorMessage();
  const form = useForm({ initialValues: { username: '', password: '' } });
  const entry = useMutation({
    mutationFn: ({ username, password }: typeof form.values) => signIn(username, password),
    onSuccess: onDone,
    onError: () => form.setFieldValue('password', ''),
  });
  return (
    <form onSubmit={form.onSubmit((values) => entry.mutate(values))}>
      <Stack>
        {entry.error && (
          <Alert color="red" role="alert">
            {message(entry.error)}
          </Alert>
        )}
        <TextInput
          label={t('session.username')}
          autoComplete="username"
          required
          data-autofocus
          autoFocus
          {...form.getInputProps('username')}
        />
        <PasswordInput
          label={t('session.password')}
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={entry.isPending}>
          {t('session.submit')}
        </Button>
      </Stack>
    </form>
  );
}

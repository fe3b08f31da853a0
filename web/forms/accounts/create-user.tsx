import { Checkbox, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { createUser } from '../../api/users.ts';
import { DialogActions } from '../../ui/dialog/actions.tsx';
import { Dialog, type DialogState } from '../../ui/dialog/dialog.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';
import { FormAlert } from '../form-alert.tsx';
import { useFieldError } from '../use-field-error.ts';

interface Made {
  readonly name: string;
  readonly password: string;
}

/** Makes a user, and shows the password that was generated once. */
export function CreateUser({ opened, onClose }: DialogState) {
  const { t } = useTranslation();
  const [made, setMade] = useState<Made>();
  const finish = () => {
    setMade(undefined);
    onClose();
  };
  if (made) {
    return (
      <SecretDialog
        opened={opened}
        onClose={finish}
        title={t('users.passwordOf', { name: made.name })}
        label={t('session.password')}
        secret={made.password}
      >
        <Text size="sm">{t('users.madeText', { name: made.name, address: location.origin })}</Text>
      </SecretDialog>
    );
  }
  return (
    <Dialog opened={opened} onClose={onClose} title={t('users.create')}>
      <CreateForm onCancel={onClose} onMade={setMade} />
    </Dialog>
  );
}

interface CreateFormProps {
  readonly onCancel: () => void;
  readonly onMade: (made: Made) => void;
}

function CreateForm({ onCancel, onMade }: CreateFormProps) {
  const { t } = useTranslation();
  const form = useForm({
    initialValues: { name: '', isAdmin: false },
    validate: { name: (name) => (isUserName(name) ? null : t('users.nameInvalid')) },
  });
  const showFieldError = useFieldError(form);
  const create = useMutation({
    mutationFn: ({ name, isAdmin }: typeof form.values) => createUser(name, isAdmin),
    onSuccess: ({ user, password }) => onMade({ name: user.name, password }),
    onError: showFieldError,
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} noValidate>
      <Stack>
        <FormAlert error={create.error} values={form.values} />
        <TextInput
          label={t('users.name')}
          description={t('users.nameHint')}
          required
          data-autofocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          {...form.getInputProps('name')}
        />
        <Checkbox
          label={t('users.isAdmin')}
          description={t('users.adminMay')}
          {...form.getInputProps('isAdmin', { type: 'checkbox' })}
        />
        <Text size="sm" c="dimmed">
          {t('users.passwordMade')}
        </Text>
        <DialogActions label={t('common.create')} onCancel={onCancel} isBusy={create.isPending} />
      </Stack>
    </form>
  );
}

/** As the server takes them, which also keeps some for itself. */
const isUserName = (name: string) => /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);

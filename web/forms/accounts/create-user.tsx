import { Checkbox, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_USER_NAME_LENGTH, USER_NAME } from '../../../src/domain/accounts.ts';
import { createUser } from '../../api/users.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { SecretDialog } from '../../ui/dialog/secret-dialog.tsx';
import { FormDialog } from '../form-dialog.tsx';

interface NewUser {
  readonly name: string;
  readonly password: string;
}

/** Creates a user, and shows the generated password once. */
export function CreateUser({ opened, onClose }: DialogState) {
  const { t } = useTranslation();
  const [made, setMade] = useState<NewUser>();
  const finish = () => {
    setMade(undefined);
    onClose();
  };
  if (!made) return <CreateForm opened={opened} onClose={onClose} onMade={setMade} />;
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

interface CreateFormProps extends DialogState {
  readonly onMade: (made: NewUser) => void;
}

function CreateForm({ onMade, ...dialog }: CreateFormProps) {
  const { t } = useTranslation();
  return (
    <FormDialog
      {...dialog}
      title={t('users.create')}
      form={{
        initialValues: { name: '', isAdmin: false },
        validate: { name: (name) => (isWellFormed(name) ? null : t('users.nameInvalid')) },
      }}
      action={t('common.create')}
      submit={({ name, isAdmin }) => createUser(name, isAdmin)}
      onDone={({ user, password }) => onMade({ name: user.name, password })}
    >
      {(form) => (
        <>
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
        </>
      )}
    </FormDialog>
  );
}

/** As the server, which also reserves some names. */
const isWellFormed = (name: string) => name.length <= MAX_USER_NAME_LENGTH && USER_NAME.test(name);

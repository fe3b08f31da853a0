import { Radio, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../../api/error.ts';
import { addMember, type Role } from '../../api/members.ts';
import type { DialogState } from '../../ui/dialog/dialog.tsx';
import { notify } from '../../ui/notices.tsx';
import { ROLE_NAMES } from '../../ui/role-names.ts';
import { FormDialog } from '../form-dialog.tsx';

interface AddMemberProps extends DialogState {
  readonly project: { readonly id: number; readonly name: string };
}

/** What each role may do, as the key of its text. */
const MEANINGS = {
  viewer: 'members.viewerMay',
  developer: 'members.developerMay',
  owner: 'members.ownerMay',
} as const satisfies Record<Role, string>;

/** Makes a user a member of a project. */
export function AddMember({ project, ...dialog }: AddMemberProps) {
  const { t } = useTranslation();
  const fieldMessage = ({ field, code }: ApiError, { user }: { readonly user: string }) => {
    if (field === 'user' && code === 'field-invalid')
      return t('members.noSuchUser', { name: user });
    if (field === 'user' && code === 'name-taken') return t('members.already', { name: user });
    return null;
  };
  return (
    <FormDialog
      {...dialog}
      title={t('members.addTitle', { project: project.name })}
      form={{
        initialValues: { user: '', role: 'developer' as Role },
        validate: { user: (name) => (name.trim() === '' ? t('members.userMissing') : null) },
      }}
      action={t('members.add')}
      submit={({ user, role }) => addMember(project.id, user.trim(), role)}
      fieldMessage={fieldMessage}
      onDone={(_, { user }) => {
        notify(t('members.added', { name: user.trim(), project: project.name }));
        dialog.onClose();
      }}
    >
      {(form) => (
        <>
          <TextInput
            label={t('members.user')}
            description={t('members.userHint')}
            required
            data-autofocus
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            {...form.getInputProps('user')}
          />
          <RoleChoices {...form.getInputProps('role')} />
        </>
      )}
    </FormDialog>
  );
}

/** The roles of a project, each with what it may do. */
function RoleChoices(input: {
  readonly value?: string;
  readonly onChange: (role: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t('members.role')} {...input}>
      <Stack gap="xs" mt={4}>
        {(Object.keys(MEANINGS) as Role[]).map((role) => (
          <Radio
            key={role}
            value={role}
            label={t(ROLE_NAMES[role])}
            description={t(MEANINGS[role])}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
